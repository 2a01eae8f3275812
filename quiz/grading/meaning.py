"""What a clause asserts beside its content words: force, polarity, who, scope, order."""

import re
from functools import lru_cache

NEED_NOT = re.compile(
    r"不必|不用|无需|无须|不需要?|毋须|没必要|可以不|可不|免于|免(?:除|交)|用不着|犯不着|不是必须|不强制|非必须"
)
MUST_NOT = re.compile(
    r"不得(?!不|已|少于|超过|低于|高于)|不能(?!不|少于|超过|低于)|不可以|不可(?!避免|抗)|不许|不准|禁止|严禁|切勿|不要|不应当?(?!少于|低于)|不该|请勿|勿|无权|没有权|没权|不允许|不让|别(?!人|墅|的)|不行|绝不|杜绝|避免|拒绝"
)
MUST = re.compile(
    r"应当|应该|必须|务必|须(?!知)|一定要|需要?(?!求)|应(?!急|付|收|用|对|答|届)|要(?!求|是|点|么|素|件|紧)|得(?=去|先|报|通知|马上|在|由|把|经|有|按)|不得不|不能不|有义务|有责任"
)
MAY = re.compile(
    r"可以|可(?=由|向|在|以|先|凭|申请|要求|代|不)|有权|允许|准许|能(?!力|源|否|不能)|可选|自愿|随意|酌情|不算?违规|不违法|没问题|没关系|不要紧|没事"
)
NEGATIVE = re.compile(
    r"不(?!得不|能不|想|愿|再续|续聘|续约|仅|但|同|管|论|良|足|动产|可抗|少于|超过|低于|高于|多于|晚于|短于|小于|大于|迟于|断|锈|便|得少|得超)|没有?|未(?!来|成年|必)|无(?!论|障碍|权|需|须|人机)|非(?!常|机动|法)|否(?!则)|并非|拒"
)
# 在不在, 是不是 ask, 没查到的 and 不知道的 name things; none of them denies.
NO_NEGATION = re.compile(
    r"([一-鿿])不\1|(?:没有?|未|不)(?:[知查弄问听看想愿肯][一-鿿]|[办修]完|登记|依据|明白?)[一-鿿]{0,2}的"
)
# What an exception grants, after the words that grant it.
GRANTED = re.compile(
    r"(?:(?<!不)可以|也行|也可以?|不用|无需|(?<!不)能(?!力|源|否|不能))([^,，。；;]*)|([^,，。；;]{1,8})(?:也行|没事|没关系|无所谓|不要紧)"
)
# For when it suits.
SUITS = r"(?:有时间|有空|够|方便|允许|忙得过来|愿意|记得|来得及|不忙|得闲|想得起来)的话"
# A duty said with these is a lesser duty.
HEDGE = re.compile(
    r"尽量|尽可能|最好(?!的)|有空(?:的话|再|就)|方便的话|看情况|视情况|条件允许|如果可以|(?<!不)能.{0,4}就.{0,4}|争取|酌情|一般(?:来说)?不|随便|都行|都可以|无所谓|差不多|"
    + SUITS
    + r"|(?:有时间|有空|得闲|不忙)(?:的时候|时)?(?:就|再)|可以少|少一两次"
)
# A duty said as written, but only for when it suits.
IF_CONVENIENT = re.compile(SUITS)
# An exception that takes back a duty just stated: 不能停电，不过欠得久的可以停.
CONCESSION = re.compile(
    r"(?:不过|但是?|可是|只是|除非|或者|[,，](?:也|老|熟|小|空置|特殊|个别|有的))[^。；;]{0,24}?(?:可以|也行|也可|也算|不用|就能|都行|都对|都算|能(?=收|停|发|进|不))[^。；;,，]{0,12}"
)
# Another way is said to do as well: 或者只发短信也可以.
OR_ELSE = re.compile(
    r"^(?:或者?|要么|不过|但是?|可是|只是|不然)[^,，。；;]{0,16}(?:也行|可以|也算|就行|都行|再说|不用)|也(?:可以|行|算(?:合格|对)?)$|也可以[^,，。；;]{2,}"
)
DENIED = re.compile(
    r"(?:有人(?:说|认为)|不少人(?:说|认为)|网上说|以为|误以为|错误的?(?:说法|做法)|常见的?误区|所谓)[^。；]*?(?=[,，。；]|$)|(?:[^,，。；]{0,6}(?:说|讲|答|问|认为|以为|觉得|教|喊)[:：]?)?[“\"「][^”\"」]{1,50}[”\"」][,，]?(?:这种|这样|这么|那是|那|的|是|这个|这话|这)?(?:说法|做法|说|做|话)?(?:都|就)?(?:是)?(?:不对|错误?的?|不成立|没有依据|不能|不正确|不行|违规|违法)|[^,，。；]{2,40}(?:是不对的|是错的|是错误的|不正确|的说法(?:不对|错误|没有依据|不成立))"
)
# 应该是半小时吧 supposes, it does not oblige.
SUPPOSED = re.compile(r"应该(?=[^。；;]*吧(?:$|[。；;,，]))")
CORRECTION = re.compile(
    r"(?:哦|噢|啊|呃|嗯|哎)?[,，]?(?:不对[,，、]?|(?<=[哦噢啊呃哎])不是[,，]?|(?<=[,，])错了[,，]|说错了[,，]?|写错了?[,，]?|更正[:：,，]?|改(?:成|为)[:：]?|纠正(?:一下)?[:：,，]?|哦不[,，]?|准确(?:地|的)?说[,，]?|不不[,，]?|搞错了[,，]?|记错了[,，]?|(?:…+|\.{2,}|—+)\s*不(?:是|对)?[,，]\s*(?:改(?:成|为)|应该是|是)?)"
)
# Words of one group exclude each other: naming another of the group than the key does is another statement.
GROUPS: tuple[tuple[str, ...], ...] = (
    ("书面", "口头"), ("工作日", "自然日"), ("全体", "部分|代表", "参与表决|参加表决|参与投票|参加投票|到场"), ("所有", "部分|代表", "个别"),
    ("先", "后"), ("之前|以前|事前|事先", "之后|以后|事后"), ("(?<!之|以|事|提|先)前(?!台|期|述|提|往|来|后|门)", "(?<!之|以|事|先|最|然|前)后(?!续|勤|果|台|才|再)"), ("不少于|至少|不低于|最少|最短|起码|最低(?!工资|生活)", "不超过|至多|不多于|不高于|最多|最长|最高"), ("当日|当天|当场", "次日|第二天|隔天"), ("每日|每天", "每周", "每月", "每季度?", "每年"),
    ("有偿|收费", "无偿|免费"), ("专有|户内|自用", "共有|共用|公共"), ("增加|上调|提高", "减少|下调|降低"), ("打开|开启", "关闭|关上|断开"),
    ("单独", "共同|一起|一并"), ("公开|公示", "保密|不公开"), ("本人", "他人|别人|代理人"), ("一次性", "分期|分次"),
    ("主动", "被动"), ("同意", "反对|不同意"), ("人数", "面积"), ("室内|屋内|户内", "室外|户外|楼外"), ("上报|报告", "隐瞒|瞒报"),
    ("电梯", "楼梯|步梯"), ("原件", "复印件"), ("匿名", "实名"), ("暂停|停止|停下|中止", "继续|恢复|接着|不停|照常"), ("合同", "口头约定"),
    ("过半数|二分之一以上|超过一半|半数以上", "三分之二以上", "四分之三以上", "全部同意|一致同意"), ("逾期", "期前|到期前|提前"),
    ("白天", "夜间|晚上"), ("机动车", "非机动车|电动车"), ("退还|返还", "没收|扣留|不退"), ("高", "低"), ("左", "右"), ("分开", "合起来|合并|合在一起|混在"), ("同一", "不同|各自"), ("竣工", "开工"), ("完工|修完|做完", "修之前|开工前"), ("收入", "支出"),
    ("买方|买受人", "卖方|出卖人"), ("出租人|房东", "承租人|租客|租户"), ("必修", "选修"), ("安抚", "催促"), ("通风", "密闭|关窗"),
    ("首次", "末次|最后一次"), ("以上", "以下"), ("上限", "下限"), ("只|仅", "所有|任何|谁都|随便"), ("连带责任", "按份责任"), ("有效", "无效"), ("合法", "违法|非法"), ("(?:前|原|老|旧)(?=业主|物业|公司|房东|租客|住户|管家)", "新(?=业主|物业|公司|房东|租客|住户|管家)"),
    ("去掉|删去|删除|隐去|抹掉|遮住", "保留|留着|不遮"), ("全部|全额|退完|付清|结清|退清", "一半|一部分"), ("同一个|相同|一样的?", "不同的?|各定各的"),
)  # fmt: skip
FORBIDDEN = re.compile(
    r"(?:不得|不能|不可以?|不许|不准|不要|不允许|禁止|严禁|别|不应当?)(?:把|将|再)?[^,，。；;]{0,2}$"
)
JOINED = re.compile(r"且|并|和|与|都|双|、")
ROLES = (
    "业主委员会|业委会", "业主大会", "居委会|居民委员会|社区", "街道(?:办|办事处)?", "开发商|建设单位|开发企业", "物业(?:公司|服务企业|服务人|服务公司|企业)?(?!费|管理条例|合同|服务合同|服务费|用房|登记)",
    "维保(?:单位|公司)?|电梯公司", "燃气(?:公司|企业|经营者)", "客服主管|主管", "项目经理|经理", "公安|警察|民警|派出所", "消防(?:队|救援)?(?!法|通道|车|设施|器材)", "法院|人民法院", "仲裁委?员?会?(?=裁|$)", "租客|租户|承租人",
    "保安|秩序员|秩序维护员", "员工|工作人员", "客服|前台|接线员", "工程(?:部|师傅|人员)?(?!质量|款)", "保险公司", "施工(?:方|单位|队|人员)", "装修人", "监护人", "饲养人", "总部|公司总部|集团", "财务", "法务|律师", "品牌部?", "供电(?:公司|部门|局)?", "供水(?:公司|部门)?|自来水公司",
    "政府|住建(?:部门|局)?|主管部门|房管局?", "城管", "师傅|带教师傅", "讲师", "(?<!业主委员会)(?<!业主大会)业主(?!大会|委员会)(?:本人)?|房主|户主", "邻居|相邻方|楼上|楼下",
)  # fmt: skip
HANDED = re.compile(
    r"(?:由|让|请|叫)(?:别的|其他|全体|我们的?|独居|受伤的?|被困的?)?(?:业主|老人|家属|邻居|住户)(?!知道|放心|看|知情|满意|确认|签|核对)"
)
ORDER = re.compile(r"先(?!生)|再(?!次)|然后|之后|以后|才")
BEFORE = re.compile(r"前(?!台|期|述|往|来|后|门|面|一)|事先|预先")
LATE = re.compile(
    r"(?:完|完工|结束|以后|之后|事后|进屋后|入户后)[^。；;]{0,8}(?:再|才|补)|补(?:办|签|交|登)|以后再"
)
STAFF = {n for n, role in enumerate(ROLES) if role.startswith(("物业", "客服", "工程", "保安", "员工"))}
OWNER = next(n for n, role in enumerate(ROLES) if role.startswith("(?<!业主委员会)"))
RECEIVING = re.compile(
    r"(?:向|对|给|替|为|找|跟|和|与|通知|告知|请|叫|让|联系|问|征得|经|要求|收受|收)(?:全体|所有|每位|各位)?$"
)
# 业主报修的工单 is a job, not an owner who acts.
RELATIVE = re.compile(r"[一-鿿]{2,3}的")
# A role with these behind it owns, gives or says something and does not do what the clause is about.
ASIDE = ("的", "家", "群", "给", "送", "要送", "要给", "说")
DIRECTION = re.compile(r"向|对|给|由|被|让|请|替|代|为|找|通知|告知|报告|报|委托|授权|起诉|催告|要求")


@lru_cache(maxsize=50_000)
def force(text: str) -> str:
    """need-not, must-not, must, may, not (plain negation) or empty."""
    if NEED_NOT.search(text):
        return "need-not"
    if re.search(r"不得不|不能不|必须不|不可不", text):
        return "must-not" if "必须不" in text else "must"
    if MUST_NOT.search(text):
        return "must-not"
    if MUST.search(text):
        return "must"
    if MAY.search(text):
        return "may"
    return "not" if odd_negation(text) else ""


def odd_negation(text: str) -> bool:
    return len(NEGATIVE.findall(NO_NEGATION.sub("", text))) % 2 == 1


def force_agrees(key: str, said: str) -> bool:
    """Whether a clause with force `said` can assert a point with force `key`."""
    if key == said:
        return True
    if {key, said} <= {"must-not", "not"}:
        return True
    if key == "must":
        return said == ""
    if key == "":
        return said == "must"
    return key == "may" and said == ""


def opposite(key: str, said: str) -> bool:
    """Whether one demands or allows what the other forbids or spares."""
    return {key, said} in ({"must", "must-not"}, {"must", "need-not"}, {"may", "must-not"})


def excluded(key: str, said: str) -> bool:
    """Whether the clause names another member of a group that the key names one of."""
    for group in GROUPS:
        wanted = [g for g in group if re.search(g, key)]
        if len(wanted) > 1 and JOINED.search(key) and any(not re.search(g, said) for g in wanted):
            return True
        if len(wanted) != 1:
            continue
        others = [g for g in group if g != wanted[0] and affirmed(g, said)]
        if others and not re.search(wanted[0], said):
            return True
    return False


def affirmed(pattern: str, said: str) -> bool:
    """Whether something is named without being forbidden: 不得混在一起 names what is not to be."""
    return any(not FORBIDDEN.search(said[: m.start()]) for m in re.finditer(pattern, said))


def roles(text: str) -> tuple[int, ...]:
    """Numbers of the roles named, in order of their first naming."""
    found = {}
    for number, pattern in enumerate(ROLES):
        match = next((m for m in re.finditer(pattern, text) if not text.startswith("群", m.end())), None)
        if match:
            found[number] = match.start()
    return tuple(sorted(found, key=lambda n: found[n]))


def other_actor(key: str, said: str) -> bool:
    """Whether somebody else acts, or the direction between two is turned round."""
    wanted, named = roles(key), roles(said)
    if not wanted or not named:
        return False
    if not set(wanted) & set(named):
        return True
    given, taken = by_whom(key), by_whom(said)
    if given and taken and not set(given) & set(taken):
        return True
    if len(wanted) >= 2 and JOINED.search(key) and set(wanted) - set(named) and set(named) - set(wanted):
        return True
    if (
        len(wanted) >= 2
        and set(wanted[:2]) <= set(named)
        and DIRECTION.search(key)
        and DIRECTION.search(said)
    ):
        order = [n for n in named if n in wanted[:2]]
        turned = order != list(wanted[:2])
        return turned and passive(key) == passive(said)
    if (
        len(wanted) == 1
        and wanted[0] in named
        and named[0] != wanted[0]
        and re.search(r"由|归|应由|负责|承担", said)
        and re.search(r"由|归|负责|承担|应", key)
    ):
        actor = re.search(r"(?:由|归)(.{1,8})", said)
        return bool(
            actor
            and not re.search(ROLES[wanted[0]], actor[1])
            and any(re.search(ROLES[n], actor[1]) for n in named)
        )
    return False


def by_whom(text: str) -> tuple[int, ...]:
    """Numbers of the roles that a duty is given to: 由主管审批."""
    return tuple(n for found in re.findall(r"由([^,，。；;]{2,8})", text) for n in roles(found)[:1])


def subject(text: str) -> int | None:
    """Number of the role that acts: the first named one that is neither owner of something nor on the receiving side."""
    spots = []
    for number, pattern in enumerate(ROLES):
        spots += [
            (m.start(), number)
            for m in re.finditer(pattern, text)
            if not RECEIVING.search(text[: m.start()])
            and not text[m.end() :].startswith(ASIDE)
            and not RELATIVE.match(text[m.end() :])
        ]
    return min(spots)[1] if spots else None


def other_subject(key: str, said: str) -> bool:
    """Whether the clause lets a role act that the key only acts upon: 物业不得收业主的礼 turned round."""
    wanted, named = subject(key), subject(said)
    if wanted is None or named is None or wanted == named or passive(key) != passive(said):
        return False
    return (
        named in roles(key)
        or (STAFF & {wanted} and named == OWNER)
        or (wanted == OWNER and bool(STAFF & {named}))
    )


def handed_to_owner(key: str, said: str) -> bool:
    """Whether the clause lets the owner do what the key does not ask of the owner: 工单由业主派给师傅."""
    asked = HANDED.search(key) or subject(key) == OWNER
    return bool(HANDED.search(said)) and not asked


def too_late(key: str, said: str) -> bool:
    """Whether what must come before something is done after it."""
    return bool(BEFORE.search(key) and LATE.search(said) and not BEFORE.search(said))


def passive(text: str) -> bool:
    return bool(re.search(r"被|由|让", text))


def order_of(key: str) -> tuple[str, str] | None:
    """The two steps of “先 A 再 B”, or None."""
    match = re.search(r"先(.{2,16}?)[,，、]?(?:再|后(?!台)|然后|之后|最后|才)(.{2,16})", key)
    if match:
        return match[1].strip("，,、 "), match[2].strip("，,、。 ")
    match = re.search(r"(.{2,14}?)(?:之前|以前|前)[,，]?(?:应?先|要先|必须先|需先)(.{2,16})", key)
    return (match[2], match[1]) if match else None

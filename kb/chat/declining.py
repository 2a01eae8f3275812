"""What is not answered at all: orders to the system, and decisions that belong to a doctor or a lawyer."""

import re

# Text that tries to give the system orders instead of asking about the work.
INSTRUCTION = re.compile(
    r"忽略(?:以上|之前|前面|所有)|无视(?:以上|之前|规则)|系统提示|提示词|你现在是|扮演(?!练)|system prompt|ignore (?:all|previous)|"
    r"越狱|jailbreak|开发者模式|输出你的|泄露你的|作为(?:一个)?(?:没有限制|DAN)|把.{0,8}数据库|管理员密码|api ?key|执行.{0,6}(?:命令|代码|sql)",
    re.I,
)
# Which medicine, how much of it, what illness it is, whether it needs treatment.
MEDICAL = re.compile(
    r"(?:吃|用|服|开|买)(?:点|些)?(?:什么|啥|哪种|哪个|几片|几颗|多少).{0,4}药|[吃喂用服].{0,4}(?:什么|啥|哪种).{0,3}药?好|药量|剂量|"
    r"(?:吃|喂|服用).{0,3}(?:几片|几颗|几粒|几次|多少)|(?:要不要|能不能|该不该|可不可以).{0,6}[吃服喂含].{0,8}[药丸]|退烧药|感冒药|怎么治|偏方|诊断(?!证明|书|报告|、)|"
    r"(?:什么|啥)(?:病|症)(?!房)|(?:是不是|会不会是).{0,5}(?:炎|癌|骨折|中风|心梗|病)(?:了|啊|吗|[?？]|$)|"
    r"要不要(?:缝针|住院|手术|输液|拍片)|发烧.*(?:药|治)|血压.*药|胸口?[疼闷].*药"
)
# Whether a case is won, what a court will say, drafting and paying for it.
LEGAL = re.compile(
    r"(?:能不能|能|会|稳|肯定)(?:打)?(?:赢|胜诉)|(?:赢|胜)(?:面|算|率)|打[得能]?不?赢|(?:判|关|坐)(?:他|我)?(?:几年|多久|多少|赢|输|赔|刑)|"
    r"(?:帮|替|给)我.{0,3}(?:写|打|拟|起草).{0,5}(?:官司|诉状|起诉|答辩|上诉)|律师费.{0,3}多少|请(?:个)?律师.{0,6}(?:钱|费)|该不该(?:告|起诉|上诉|应诉)"
)
ORDERED = "这里只回答物业客服手册里的问题，不接受改变规则或读取系统信息的要求。"
TO_A_DOCTOR = "用药和诊断不能由客服判断。有人不舒服请先打 120,用药听医生或 120 的，现场按“急病”卡处置。"
TO_A_LAWYER = "个案能不能赢、怎么判，手册不作判断。请转公司法务，业主可咨询 12348 公共法律服务热线。"


def decline(turn: str) -> str:
    """Why a turn is not answered at all and who can help, or an empty string."""
    if INSTRUCTION.search(turn):
        return ORDERED
    if MEDICAL.search(turn):
        return TO_A_DOCTOR
    return TO_A_LAWYER if LEGAL.search(turn) else ""

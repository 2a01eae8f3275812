/* 增强脚本：没有它，每一页照样能用。 */
(() => {
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const composing = e => e.isComposing || e.keyCode === 229;      // 输入法选词时的回车不算
  const typing = el => el?.matches?.("input:not([type=radio],[type=checkbox]), textarea, select");
  const single = () => localStorage.getItem("singleKeys") !== "off";
  $$("[data-single-keys]").forEach(c => { c.checked = single(); c.addEventListener("change", () => localStorage.setItem("singleKeys", c.checked ? "on" : "off")); });
  const say = t => { const b = $(".toast"); if (!b) return; b.textContent = t; b.classList.add("on"); clearTimeout(say.t); say.t = setTimeout(() => b.classList.remove("on"), 1800); };

  /* 对话框：没有脚本时由 :target 显示 */
  $$("[data-dialog]").forEach(a => a.addEventListener("click", e => { const d = document.getElementById(a.dataset.dialog); if (d?.showModal) { e.preventDefault(); d.showModal(); } }));
  $$("[data-close]").forEach(a => a.addEventListener("click", e => { const d = a.closest("dialog"); if (d.open) { e.preventDefault(); d.close(); } }));
  $$("details.menu").forEach(d => document.addEventListener("click", e => { if (!d.contains(e.target)) d.open = false; }));

  /* 复制 */
  const text = li => [...li.querySelectorAll("p")].filter(p => p.offsetParent).map(p => { const c = p.cloneNode(true); $$("small,.when", c).forEach(n => n.remove()); return c.textContent.trim(); }).join("");
  const copy = b => { const t = text(b.closest("li,[data-line]")); navigator.clipboard?.writeText(t).catch(() => {}); b.classList.add("is-done"); setTimeout(() => b.classList.remove("is-done"), 1500); say("已复制"); };
  document.addEventListener("click", e => { const b = e.target.closest("[data-copy]"); if (b) copy(b); });

  /* 称呼、工号填进话术：本页内换卡不用重填 */
  const slots = {};
  const fill = () => { for (const [k, v] of Object.entries(slots)) { $$(`[data-fill="${k}"]`).forEach(s => s.textContent = v || s.dataset.blank || s.textContent); $$(`[data-slot="${k}"]`).forEach(i => { if (i !== document.activeElement) i.value = v; }); } };
  document.addEventListener("input", e => { const i = e.target.closest("[data-slot]"); if (!i) return; $$(`[data-fill="${i.dataset.slot}"]`).forEach(s => s.dataset.blank ??= s.textContent); slots[i.dataset.slot] = i.value.trim(); fill(); });
  document.addEventListener("submit", e => { if (e.target.matches(".slots")) e.preventDefault(); });
  document.addEventListener("change", e => { if (e.target.matches("[data-submit]")) e.target.form.requestSubmit(); });

  /* 查询：组合框，焦点不离开输入框 */
  const q = $("[data-find]");
  const list = () => $("#hits"), options = () => $$("#hits a");
  const shown = () => $(".call.is-on");
  const show = id => { const c = document.getElementById(id); if (!c) return; if (location.hash) history.replaceState(null, "", location.pathname + location.search); $$(".call").forEach(x => x.classList.toggle("is-on", x === c)); const box = $(".cards"); if (box) box.scrollTop = 0; };
  const pick = a => { options().forEach(o => o.setAttribute("aria-selected", o === a)); q?.setAttribute("aria-activedescendant", a.id); if (a.dataset.card) show(a.dataset.card); a.scrollIntoView({ block: "nearest" }); };
  const move = d => { const v = options(); if (!v.length) return; const i = v.findIndex(a => a.getAttribute("aria-selected") === "true"); pick(v[(i + d + v.length) % v.length]); };
  const timers = () => $$("[data-timer] b").forEach(b => { if (b.dataset.on) return; b.dataset.on = 1; const t0 = Date.now(); setInterval(() => { const s = Math.floor((Date.now() - t0) / 1000); b.textContent = String(s / 60 | 0).padStart(2, "0") + ":" + String(s % 60).padStart(2, "0"); }, 1000); });
  const dress = () => {
    timers(); fill();
    if (!q || !list()) { q?.setAttribute("aria-expanded", "false"); return; }
    list().setAttribute("role", "listbox"); list().setAttribute("aria-label", "查询结果");
    options().forEach((a, i) => { a.closest("li").role = "none"; a.role = "option"; a.id = "o" + i; a.tabIndex = -1; a.removeAttribute("aria-current"); a.setAttribute("aria-selected", i === 0); });
    for (const [k, v] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": "hits", "aria-autocomplete": "list" })) q.setAttribute(k, v);
    if (options().length) q.setAttribute("aria-activedescendant", "o0"); else q.removeAttribute("aria-activedescendant");
    document.querySelector(".desk")?.classList.toggle("desk--start", !!$(".start"));
  };
  if (q) {
    const find = () => { if (window.htmx) q.dispatchEvent(new CustomEvent("find", { bubbles: true })); else { clearTimeout(find.t); find.t = setTimeout(() => fetch("/search?q=" + encodeURIComponent(q.value), { headers: { "HX-Request": "true" } }).then(r => r.text()).then(t => { $("#found").innerHTML = t; dress(); }), 150); } };
    q.addEventListener("input", e => { if (!e.isComposing) find(); });
    q.addEventListener("compositionend", find);
    q.addEventListener("keydown", e => {
      if (composing(e)) return;
      if (e.key === "ArrowDown") { e.preventDefault(); move(1); } else if (e.key === "ArrowUp") { e.preventDefault(); move(-1); }
      else if (e.key === "Enter" && shown() && q.value === q.dataset.shown) { e.preventDefault(); shown().focus(); }
      else if (e.key === "Escape" && q.value) { e.preventDefault(); q.value = ""; find(); }
    });
    document.addEventListener("htmx:afterSwap", e => { if (e.detail.target?.id === "found") { q.dataset.shown = q.value; history.replaceState(null, "", q.value ? "/search?q=" + encodeURIComponent(q.value) : "/search"); dress(); } });
    document.addEventListener("htmx:sendError", () => say("连不上服务器，下面是上一次的结果"));
    q.dataset.shown = q.value;
    if (matchMedia("(min-width: 64em)").matches && !location.hash) { q.focus(); q.setSelectionRange(q.value.length, q.value.length); }
  }
  document.addEventListener("click", e => { const a = e.target.closest("#hits [data-card]"); if (!a) return; e.preventDefault(); pick(a); const c = document.getElementById(a.dataset.card); c?.focus({ preventScroll: innerWidth > 1023 }); if (innerWidth < 1024) c?.scrollIntoView(); });
  dress();

  if (matchMedia("(min-width: 64em)").matches) $("[data-box]")?.focus();

  /* 测验：一次一题，改一下存一下；没有脚本时整卷一页 */
  const qs = $$(".ques");
  if (qs.length) {
    const form = $("#paper"), links = $$(".pal__grid a"), badge = $("[data-save]"), saved = $("[data-save] span"), left = $("[data-left]"), tell = document.body.appendChild(Object.assign(document.createElement("p"), { className: "vh" }));
    tell.setAttribute("role", "status");
    let at = Math.max(0, qs.findIndex(x => "#" + x.id === location.hash)), end = left ? Date.now() + left.dataset.left * 1000 : 0;
    const waiting = new Set(), done = x => [...x.querySelectorAll("input:not([type=hidden]),textarea,select")].some(i => i.type === "radio" || i.type === "checkbox" ? i.checked : i.value.trim()) || x.dataset.touched;
    const count = () => { qs.forEach((x, i) => { if (done(x)) links[i].classList.add("is-done"); else if (!x.querySelector("[data-sort]")) links[i].classList.remove("is-done"); }); $("[data-done]").textContent = $$(".pal__grid .is-done").length; };
    const go = (i, focus) => { at = Math.min(qs.length - 1, Math.max(0, i)); qs.forEach((x, j) => x.classList.toggle("is-on", j === at)); links.forEach((a, j) => j === at ? a.setAttribute("aria-current", "step") : a.removeAttribute("aria-current")); $("[name=flag]").checked = links[at].classList.contains("is-flag"); $("[data-go='1']").firstChild.textContent = at === qs.length - 1 ? "检查并交卷" : "下一题"; $("[data-go='-1']").disabled = at === 0; if (focus) { qs[at].tabIndex = -1; qs[at].focus({ preventScroll: true }); qs[at].scrollIntoView({ block: "nearest" }); } };
    const send = async place => {
      const box = qs.find(x => x.dataset.place === String(place)), data = new URLSearchParams(new FormData(form));
      if (links[place].classList.contains("is-flag")) data.set("flag" + place, "1");
      for (const k of [...data.keys()]) if (!k.startsWith("a" + place) && k !== "flag" + place) data.delete(k);
      saved.textContent = "保存中…";
      try {
        const r = await fetch(form.dataset.saveTo + place, { method: "POST", body: data }), v = await r.json();
        if (!r.ok) throw new Error(v.message || "");
        waiting.delete(place); badge.classList.remove("is-off"); saved.textContent = v.late ? "已留底，超时不计分" : "已保存 " + v.saved;
        if (left && v.left !== null) end = Date.now() + v.left * 1000;
      } catch { waiting.add(place); badge.classList.add("is-off"); saved.textContent = "未保存，联网后自动补交"; }
      if (box) count();
    };
    let timer; const later = (place, wait) => { clearTimeout(timer); timer = setTimeout(() => send(place), wait); };
    form.addEventListener("change", e => { const x = e.target.closest(".ques"); if (e.target.name === "flag") { links[at].classList.toggle("is-flag", e.target.checked); send(at); } else if (x) later(+x.dataset.place, 0); });
    form.addEventListener("input", e => { const x = e.target.closest(".ques"); if (x && e.target.matches("textarea,input:not([type=radio],[type=checkbox])")) later(+x.dataset.place, 600); });
    document.addEventListener("click", e => {
      const b = e.target.closest("[data-go]"); if (b) at === qs.length - 1 && b.dataset.go === "1" ? ask() : go(at + +b.dataset.go, true);
      const a = e.target.closest('a[href^="#q"]'); if (a) { e.preventDefault(); $("#hand").close?.(); go(qs.findIndex(x => "#" + x.id === a.hash), true); }
      if (e.target.closest("[data-hand]")) { e.preventDefault(); ask(); }
    });
    const ask = () => { const open = links.filter(a => !a.classList.contains("is-done")).map(a => a.textContent); $("[data-hand-left]").textContent = open.length ? "还有第 " + open.join("、") + " 题没答。" : "都答了。"; $("#hand").showModal(); };
    $$("[data-sort]").forEach(s => s.addEventListener("click", e => { const b = e.target.closest("button"); if (!b) return; e.preventDefault(); const li = b.closest("li"), up = b.name === "up"; up ? li.previousElementSibling?.before(li) : li.nextElementSibling?.after(li); const x = b.closest(".ques"); x.dataset.touched = 1; b.focus(); tell.textContent = li.firstChild.textContent + ",现在第 " + ([...li.parentNode.children].indexOf(li) + 1) + " 位"; send(+x.dataset.place); }));
    if (left) setInterval(() => { const s = Math.max(0, Math.round((end - Date.now()) / 1000)); left.textContent = (s / 60 | 0) + ":" + String(s % 60).padStart(2, "0"); if ([600, 300, 60].includes(s)) tell.textContent = "还剩 " + s / 60 + " 分钟"; }, 1000);
    addEventListener("offline", () => { badge.classList.add("is-off"); saved.textContent = "未保存，联网后自动补交"; });
    addEventListener("online", () => { [...waiting].forEach(send); });
    setInterval(() => { [...waiting].forEach(send); }, 5000);
    go(at); count();
  }

  /* 复习卡：空格看答案,1 没想起来,2 想起来了 */
  const card = $(".flash__a");
  if (card) document.addEventListener("keydown", e => { if (typing(e.target) || composing(e)) return; if (e.key === " " && !card.open && e.target.tagName !== "SUMMARY" && !e.target.closest("a,button,label")) { e.preventDefault(); card.open = true; } else if (card.open && (e.key === "1" || e.key === "2")) $$(".flash__do button")[e.key - 1].click(); });

  /* 问答与演练：回车发送，上屏的回车不算；通话计时 */
  $$("[data-send]").forEach(t => t.addEventListener("keydown", e => { if (e.key === "Enter" && !e.shiftKey && !composing(e)) { e.preventDefault(); if (t.value.trim()) t.form.requestSubmit(); } }));
  $$("[data-up]").forEach(b => { const t0 = Date.now() - b.dataset.up * 1000; setInterval(() => { const s = (Date.now() - t0) / 1000 | 0; b.textContent = String(s / 60 | 0).padStart(2, "0") + ":" + String(s % 60).padStart(2, "0"); }, 1000); });
  const line = $(".line"); if (line && !location.hash) { line.scrollTop = line.scrollHeight; if (innerWidth < 1024) scrollTo(0, document.body.scrollHeight); }

  /* 问答的 AI 摘编：核对过的句子逐句出现；出错就收起，原句一直在下面 */
  if (window.EventSource) $$("[data-streams]").forEach(i => i.value = "1");
  $$("[data-stream]").forEach(box => {
    const list = $(".ai__said", box), note = $(".ai__note", box), stream = new EventSource(box.dataset.stream);
    const end = t => { stream.close(); if (t) { list.replaceChildren(); $(".a__by", box).hidden = true; } note.textContent = t; note.hidden = !t; };
    note.textContent = "正在摘编…"; note.hidden = false;
    stream.addEventListener("sentence", e => {
      const said = JSON.parse(e.data), li = document.createElement("li");
      li.append(said.text, ...said.sources.map(n => { const sup = document.createElement("sup"), a = document.createElement("a"); a.href = `#s${box.dataset.turn}-${n}`; a.textContent = n; a.setAttribute("aria-label", "引用 " + n); sup.append(a); return sup; }));
      if (Math.max(...said.sources) > +box.dataset.open) li.prepend("〔只给自己看〕");
      list.append(li);
    });
    stream.addEventListener("end", e => end(JSON.parse(e.data).note));
    stream.onerror = () => end("连不上服务器，以下是手册原句。");
  });

  /* 听写：浏览器自带语音识别时才出现 */
  const Speech = window.SpeechRecognition || window.webkitSpeechRecognition;
  if (Speech) $$("[data-dictate]").forEach(b => { b.hidden = false; b.addEventListener("click", () => { const r = new Speech(); r.lang = "zh-CN"; r.onresult = e => { const t = $("#say"); t.value += e.results[0][0].transcript; t.focus(); }; r.onstart = () => b.classList.add("is-done"); r.onend = () => b.classList.remove("is-done"); r.start(); }); });

  /* 阅读：页面看得见、人没走开才算时间 */
  const reading = $("[data-read]");
  if (reading) { let active = Date.now(), since = 0; ["scroll", "keydown", "pointermove", "touchstart"].forEach(n => addEventListener(n, () => active = Date.now(), { passive: true })); setInterval(() => { if (document.visibilityState !== "visible" || Date.now() - active > 60000) return; since += 5; if (since < 15) return; const depth = Math.round(100 * Math.min(1, (scrollY + innerHeight) / document.documentElement.scrollHeight)); fetch("/reading/" + reading.dataset.read, { method: "POST", body: new URLSearchParams({ seconds: since, depth }) }).catch(() => {}); since = 0; }, 5000); }

  /* 打印：全部，或只打一张 */
  $$("[data-print]").forEach(b => b.addEventListener("click", () => { b.dataset.print ? document.body.dataset.print = b.dataset.print : delete document.body.dataset.print; print(); }));
  addEventListener("afterprint", () => delete document.body.dataset.print);

  /* 全局按键 */
  document.addEventListener("keydown", e => {
    if (composing(e)) return;
    const mod = e.ctrlKey || e.metaKey;
    if (mod && e.key.toLowerCase() === "k" || single() && e.key === "/" && !typing(e.target)) { e.preventDefault(); const b = q || $("[data-box]"); b ? (b.focus(), b.select()) : location.href = "/search"; }
    if (single() && e.key === "?" && !typing(e.target)) $("#keys")?.showModal?.();
    if (e.altKey && /^Digit[1-4]$/.test(e.code)) { e.preventDefault(); location.href = "/emergency/" + ["lift-trapped", "gas-smell", "emergency-fire", "emergency-medical"][e.code.slice(5) - 1]; return; }
    if (!q) return;
    if (mod && e.key.toLowerCase() === "c" && getSelection().isCollapsed && (!typing(e.target) || e.target.selectionStart === e.target.selectionEnd)) { const b = $("[data-copy]", shown()); if (b) { e.preventDefault(); copy(b); } }
    if (single() && !mod && !e.altKey && /^[1-3]$/.test(e.key) && !typing(e.target) && shown()?.contains(e.target)) { const b = $$("[data-copy]", shown())[e.key - 1]; if (b) copy(b); }
    if (e.key === "Escape" && shown()?.contains(e.target)) q.focus();
  });
})();

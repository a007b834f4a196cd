// The site's pages: browse.html, agency.html#<id>, report.html#<id>. Every value comes from strangers and becomes a
// text node, never markup. Data files call nianbao.take(name, value); a page loads those that it needs.
"use strict";

const nianbao = (() => {
  const PER_PAGE = 50;
  const TITLE = 0, CORNER = 1, HEAD = 2, LABEL = 3, VALUE = 4; // parts of a printed cell (schemas/formats/printed.py)
  const taken = new Map();
  const loading = new Map();

  function take(name, value) { taken.set(name, value); }

  function load(name, file) {
    if (!loading.has(name)) {
      loading.set(name, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = file;
        script.onload = () => (taken.has(name) ? done(taken.get(name)) : failed(new Error(file)));
        script.onerror = () => { loading.delete(name); failed(new Error(file)); };
        document.head.append(script);
      }));
    }
    return loading.get(name);
  }

  // --- building elements -------------------------------------------------------------------------------------------

  // Control characters and those that turn a line round are shown, not obeyed.
  const visible = (text) => String(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "\ufffd");

  function el(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : visible(value));
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false)
      .map((child) => (child instanceof Node ? child : visible(child))));
    return made;
  }

  const en = (text) => el("span", { lang: "en" }, text);
  const both = (zh, english) => [zh, " ", en(english)];
  const count = (number) => number.toLocaleString("en");
  const page = (name, id) => `${name}.html#${encodeURIComponent(id)}`;

  function address(url) {
    let parsed = null;
    try { parsed = new URL(url); } catch { /* no address: shown as text */ }
    if (!parsed || !/^https?:$/.test(parsed.protocol) || !parsed.hostname) return el("span", { class: "plain" }, url);
    return el("a", { href: parsed.href, rel: "noopener noreferrer" }, url);
  }

  function gradeMark(index, number) {
    const [code, mark, zh, english] = index.grades[number];
    return el("span", { class: `mark g-${code.replace(/\W/g, "")}`, title: `${zh} ${english}` }, mark);
  }

  function show(...children) { document.getElementById("shown").replaceChildren(...children.flat()); }

  function head(zh, ...rest) {
    document.getElementById("title").replaceChildren(visible(zh), ...rest);
    document.title = `${visible(zh)} · 年报`;
  }

  const nothing = (zh, english) => show(el("p", { class: "none" }, ...both(zh, english)));

  // --- what is known of the index ----------------------------------------------------------------------------------

  const UNKNOWN = "机关未识别 body not identified";
  const bodyName = (index, body) => (body < 0 ? UNKNOWN : index.bodies.name[body]);
  const yearName = (year) => (year ? String(year) : "年份未识别 no year");
  const regionName = (region) => region.replace("/", " ") || "地区未识别 no region";

  function failing(index, number) {
    const families = new Map();
    for (const rule of index.reports.rules[number]) {
      const family = index.rules[rule][1];
      families.set(family, (families.get(family) || 0) + 1);
    }
    return [...families].map(([family, many]) => {
      const words = index.families.find(([code]) => code === family) || [family, family, family];
      return el("span", { class: "fail", title: words[2] }, `${words[1]} ${many}`);
    });
  }

  function reportRow(index, isNew, number, named) {
    const { id, body, year, grade } = index.reports;
    const link = el("a", { href: page("report", id[number]) }, yearName(year[number]));
    return el("tr", null,
      named && el("th", { scope: "row" }, body[number] < 0 ? UNKNOWN
        : el("a", { href: page("agency", index.bodies.id[body[number]]) }, bodyName(index, body[number]))),
      named && el("td", { class: "soft" }, body[number] < 0 ? "" : regionName(index.regions[index.bodies.region[body[number]]])),
      el(named ? "td" : "th", named ? null : { scope: "row" }, link),
      el("td", null, gradeMark(index, grade[number]), " ", index.grades[grade[number]][2], " ", en(index.grades[grade[number]][3])),
      el("td", null, ...failing(index, number).flatMap((one) => [one, " "]), isNew.has(number) && el("span", { class: "tag" }, "新 new")));
  }

  function reportTable(index, numbers, named) {
    const isNew = new Set(index.reports.new);
    const heads = [["机关", "body"], ["地区", "region"], ["年度", "year"], ["等级", "grade"], ["不符", "findings"]];
    return el("div", { class: "scroll", tabindex: "0" }, el("table", { class: "list" },
      el("thead", null, el("tr", null, ...heads.slice(named ? 0 : 2).map((words) => el("th", { scope: "col" }, ...both(...words))))),
      el("tbody", null, ...numbers.map((number) => reportRow(index, isNew, number, named)))));
  }

  // --- browse.html -------------------------------------------------------------------------------------------------

  // Filters whose state stands in the address, so that a view can be linked; `show` is called with it.
  function filtersOf(names, show) {
    const field = Object.fromEntries(names.map((name) => [name, document.getElementById(name)]));
    const get = (one) => (one.type === "checkbox" ? (one.checked ? "1" : "") : one.value);
    const set = (one, value) => { if (one.type === "checkbox") one.checked = value === "1"; else one.value = value; };
    const read = () => {
      const state = new URLSearchParams(location.hash.slice(1));
      for (const name of names) {
        const wanted = state.get(name) || "";
        if (get(field[name]) === wanted) continue;
        set(field[name], wanted);
        if (wanted && get(field[name]) !== wanted && field[name].tagName === "SELECT") { // a link to what nothing has any more
          field[name].append(el("option", { value: wanted }, wanted));
          field[name].value = wanted;
        }
      }
      show(state);
    };
    const write = () => {
      const state = new URLSearchParams();
      for (const name of names) if (get(field[name])) state.set(name, get(field[name]));
      history.replaceState(null, "", `#${state}`);
      show(state);
    };
    const start = () => {
      const form = document.getElementById("filters");
      form.addEventListener("input", write);
      form.addEventListener("submit", (event) => event.preventDefault());
      addEventListener("hashchange", read);
      form.hidden = false;
      read();
    };
    return { field, start };
  }

  function regionOptions(names, option) {
    const regions = new Set(names);
    for (const name of names) regions.add(name.split("/")[0]);
    return [...regions].sort().map((region) => option(region || "?", region.includes("/") ? `　${region.split("/")[1]}` : regionName(region)));
  }

  const inRegion = (place, region) => !region || (place || "?") === region || place.startsWith(`${region}/`);

  function paged(found, state, [zh, english], table) {
    const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
    const at = Math.min(pages, Math.max(1, parseInt(state.get("page"), 10) || 1));
    document.getElementById("count").replaceChildren(...both(`找到 ${count(found.length)} ${zh}`, `${count(found.length)} ${english}`));
    document.getElementById("found").replaceChildren(found.length
      ? table(found.slice((at - 1) * PER_PAGE, at * PER_PAGE))
      : el("p", { class: "none" }, ...both("没有。", "None.")));
    const to = (number, ...label) => {
      const other = new URLSearchParams(state);
      other.set("page", number);
      return el("a", { href: `#${other}` }, ...label);
    };
    document.getElementById("turn").replaceChildren(...(pages === 1 ? [] : [
      at > 1 ? to(at - 1, ...both("‹ 上一页", "previous")) : "", ` ${count(at)} / ${count(pages)} `,
      at < pages ? to(at + 1, ...both("下一页 ›", "next")) : ""]));
  }

  function browse(index) {
    const searched = index.bodies.name.map((name, at) => `${name} ${index.bodies.also[at]}`.toLowerCase());
    const isNew = new Set(index.reports.new);
    const filters = filtersOf(["q", "year", "region", "grade", "rule", "new"], (state) =>
      paged(matching(index, searched, isNew, state), state, ["份报告", "reports found"], (shown) => reportTable(index, shown, true)));
    fill(index, filters.field);
    filters.start();
  }

  function fill(index, field) {
    const option = (value, label) => el("option", { value }, label);
    const all = () => option("", "全部 all");
    const years = [...new Set(index.reports.year)].sort((a, b) => b - a);
    field.year.append(all(), ...years.map((year) => option(String(year), yearName(year))));
    field.region.append(all(), ...regionOptions(index.regions, option));
    field.grade.append(all(), ...index.grades.map(([code, mark, zh, english]) => option(code, `${mark} ${zh} ${english}`)));
    field.rule.append(all(), ...index.families.filter(([code]) => index.rules.some((rule) => rule[1] === code)).map(([code, zh, english]) =>
      el("optgroup", { label: `${zh} ${english}` }, option(`${code}.*`, `任何一条：${zh} any: ${english}`),
        ...index.rules.filter((rule) => rule[1] === code).map((rule) => option(rule[0], `${rule[0]} ${rule[2]}`)))));
  }

  function matching(index, searched, isNew, state) {
    const { body, year, grade, rules } = index.reports;
    const words = (state.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
    const region = state.get("region");
    const places = index.regions.map((place) => inRegion(place, region));
    const fits = searched.map((text, at) => places[index.bodies.region[at]] && words.every((word) => text.includes(word)));
    const wanted = state.get("rule");
    const broken = new Set(index.rules.flatMap((rule, at) => (rule[0] === wanted || `${rule[1]}.*` === wanted ? [at] : [])));
    const code = state.get("grade") ? index.grades.findIndex((one) => one[0] === state.get("grade")) : null;
    const wantedYear = state.get("year");
    const onlyNew = state.get("new") === "1";
    const found = [];
    for (let at = 0; at < body.length; at++) {
      if (wantedYear && String(year[at]) !== wantedYear) continue;
      if (onlyNew && !isNew.has(at)) continue;
      if (code !== null && grade[at] !== code) continue;
      if (body[at] < 0 ? words.length || (region && region !== "?") : !fits[body[at]]) continue;
      if (wanted && !rules[at].some((rule) => broken.has(rule))) continue;
      found.push(at);
    }
    return found;
  }

  // --- gaps.html ---------------------------------------------------------------------------------------------------

  function gapList(told) {
    const { id, name, region, years } = told.bodies;
    const lowered = name.map((one) => one.toLowerCase());
    const late = told.states.findIndex((state) => state[0] === "published"); // published, but late
    const words = (state) => (state === late ? ["迟报", "late"] : told.states[state].slice(1));
    const option = (value, label) => el("option", { value }, label);
    const all = () => option("", "全部 all");
    const filters = filtersOf(["q", "year", "region", "state"], show);
    filters.field.year.append(all(), ...[...new Set(years.flat().map(([year]) => year))].sort((a, b) => b - a).map((year) => option(String(year), String(year))));
    filters.field.region.append(all(), ...regionOptions(told.regions, option));
    filters.field.state.append(all(), ...told.states.map(([code], at) => option(code, words(at).join(" "))));
    filters.start();

    function show(state) {
      const asked = (state.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
      const reason = state.get("state") ? told.states.findIndex(([code]) => code === state.get("state")) : null;
      const year = state.get("year") ? Number(state.get("year")) : null;
      const wanted = told.regions.map((place) => inRegion(place, state.get("region")));
      const found = [];
      for (let at = 0; at < name.length; at++) {
        if (!wanted[region[at]] || !asked.every((word) => lowered[at].includes(word))) continue;
        if (years[at].some((gap) => (year === null || gap[0] === year) && (reason === null || gap[1] === reason))) found.push(at);
      }
      paged(found, state, ["个机关", "bodies found"], (shown) => el("div", { class: "scroll", tabindex: "0" }, el("table", { class: "list" },
        el("thead", null, el("tr", null, ...[["机关", "body"], ["地区", "region"], ["缺报年度", "years"]].map((head) => el("th", { scope: "col" }, ...both(...head))))),
        el("tbody", null, ...shown.map((at) => el("tr", null,
          el("th", { scope: "row" }, id[at] ? el("a", { href: page("agency", id[at]) }, name[at]) : name[at] || UNKNOWN),
          el("td", { class: "soft" }, regionName(told.regions[region[at]])),
          el("td", null, ...foldedGaps(years[at], late, words).map((line) => el("div", null, ...line)))))))));
    }
  }

  // By what became of them, consecutive years as one span; late ones with their days.
  function foldedGaps(years, late, words) {
    const byState = new Map();
    for (const [year, state, days] of [...years].reverse()) {
      if (!byState.has(state)) byState.set(state, []);
      const spans = byState.get(state);
      const last = spans[spans.length - 1];
      if (state === late) spans.push([year, year, days]);
      else if (last && last[1] === year - 1) last[1] = year;
      else spans.push([year, year]);
    }
    return [...byState].sort(([a], [b]) => (a === late) - (b === late) || a - b).map(([state, spans]) => [
      el("b", null, spans.map(([first, end, days]) => (days ? `${first} (${days} 日)` : first === end ? first : `${first}–${end}`)).join("、")),
      " ", ...both(...words(state))]);
  }

  // --- agency.html -------------------------------------------------------------------------------------------------

  const ADDRESSED = () => { try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; } };

  const shard = (index, number) => load(`shard-${index.reports.shard[number]}`, index.shards[index.reports.shard[number]]);

  async function agency(index, formats) {
    const body = index.bodies.id.indexOf(ADDRESSED());
    if (body < 0) return nothing("没有这个机关的现有报告。", "No current report of such a body.");
    const numbers = index.reports.body.flatMap((one, at) => (one === body ? [at] : []));
    head(index.bodies.name[body]);
    const place = regionName(index.regions[index.bodies.region[body]]);
    const also = index.bodies.also[body];
    const reports = (await shard(index, numbers[0])).filter((one) => one.agency === index.bodies.id[body]);
    show(el("p", { class: "note" }, place, index.bodies.level[body] && ` · ${index.bodies.level[body]}`,
      index.bodies.kind[body] && ` · ${index.bodies.kind[body]}`, also && [" · ", ...both(`又称 ${also}`, "also published as")].flat()),
      el("h2", null, ...both("各年度报告", "Reports by year")), reportTable(index, numbers, false), gaps(index, numbers), years(formats, reports));
  }

  function gaps(index, numbers) {
    const held = new Set(numbers.map((at) => index.reports.year[at]).filter(Boolean));
    const missing = [];
    for (let year = Math.min(...held); year < Math.max(...held); year++) if (!held.has(year)) missing.push(year);
    return missing.length ? el("p", { class: "note" }, ...both(`其间未收到：${missing.join("、")}`, "years between of which none is held")) : "";
  }

  // Rows of table 三 that continue from year to year, in its total column.
  const KEY_ROWS = [["received_new", "新收", "received"], ["carried_in", "上年结转", "carried in"],
    ["total", "办理总计", "answered"], ["carried_out", "结转下年度", "carried over"]];

  function years(formats, reports) {
    const told = reports.filter((one) => one.raw && one.year && formats[one.format]).sort((a, b) => a.year - b.year);
    if (!told.length) return "";
    const figure = (report, row) => {
      const at = formats[report.format].keys.indexOf(`applications ${row} total`);
      return el("td", { class: "num" }, at < 0 || report.raw[at] === null ? "—" : report.raw[at]);
    };
    return [el("h2", null, ...both("申请的年度衔接", "Applications from year to year")),
      el("div", { class: "scroll", tabindex: "0" }, el("table", { class: "list narrow" },
        el("thead", null, el("tr", null, el("th", { scope: "col" }, ...both("年度", "year")),
          ...KEY_ROWS.map(([, zh, english]) => el("th", { scope: "col", class: "num" }, ...both(zh, english))))),
        el("tbody", null, ...told.map((report) => el("tr", null,
          el("th", { scope: "row" }, el("a", { href: page("report", report.id) }, yearName(report.year))),
          ...KEY_ROWS.map(([row]) => figure(report, row))))))),
      el("p", { class: "note" }, ...both("各列总计，照原文；一年的“结转下年度”应等于下一年的“上年结转”。",
        "Totals as published; what one year carries over, the next one should carry in."))].flat();
  }

  // --- report.html -------------------------------------------------------------------------------------------------

  async function report(index, formats) {
    const number = index.reports.id.indexOf(ADDRESSED());
    if (number < 0) return nothing("现有报告中没有这一份。", "No such report among the current ones.");
    const reports = await shard(index, number);
    const one = reports.find((other) => other.id === index.reports.id[number]);
    const format = formats[one.format];
    const body = index.reports.body[number];
    head(`${body < 0 ? one.name || UNKNOWN : bodyName(index, body)} ${yearName(one.year)}`);
    const family = body < 0 ? [one] : reports.filter((other) => other.agency === one.agency);
    show(identity(index, number, one, format, family), findings(index, one, format), tables(one, format), years(formats, family));
  }

  function identity(index, number, one, format, family) {
    const body = index.reports.body[number];
    const grade = index.grades[index.reports.grade[number]];
    const line = (zh, english, ...value) => [el("dt", null, ...both(zh, english)), el("dd", null, ...value)];
    const others = family.filter((other) => other.id !== one.id).sort((a, b) => a.year - b.year);
    return el("dl", { class: "identity" },
      ...line("等级", "grade", gradeMark(index, index.reports.grade[number]), " ", ...both(grade[2], grade[3])),
      ...line("机关", "body", body < 0 ? UNKNOWN : el("a", { href: page("agency", index.bodies.id[body]) }, index.bodies.name[body]),
        one.name && body >= 0 && one.name !== index.bodies.name[body] && [" ", ...both(`（署名 ${one.name}）`, "as published")]),
      ...(one.title ? line("标题", "title", one.title) : []),
      ...line("其他年度", "other years", others.length ? others.flatMap((other) => [el("a", { href: page("report", other.id) }, yearName(other.year)), " "]) : "—"),
      ...line("来源", "source", address(one.url)),
      ...line("发布", "published", one.published_on || "—", " · ", ...both(`收录 ${one.captured}`, "archived")),
      ...line("原件", "original", one.medium || "", " ", el("code", null, `nianbao show ${one.id}`), el("br"), el("code", { class: "digest" }, `SHA-256 ${one.document}`)),
      ...(format ? line("格式", "format", `${one.format} · ${format.notice}`) : []));
  }

  const SUMS = new Set(["row_total", "outcomes", "balance"]);
  const short = (label) => label.split("/").pop();
  const cellName = (format, position) => { const [row, column] = format.cells[position - 1]; return `${short(row)} × ${short(column)}`; };
  const jump = (format, position) => el("a", { href: `#c${position}`, class: "jump", "data-to": `c${position}` }, cellName(format, position));

  function findings(index, one, format) {
    const checks = (one.failing || []).map((check) => ({ ...check, rule: format && format.rules[check.rule] || [check.rule.split(".")[0], check.rule, check.rule, []], code: check.rule }));
    const sums = checks.filter((check) => SUMS.has(check.rule[0]));
    const others = checks.filter((check) => !SUMS.has(check.rule[0]));
    const parts = [];
    for (const explained of one.explained || []) parts.push(explanation(one, format, explained));
    if (sums.length) {
      parts.push(el("h3", null, ...both("不成立的合计", "Sums that do not hold"), el("span", { class: "n" }, String(sums.length))),
        el("ul", { class: "finds" }, ...sums.map((check) => sum(format, check))));
    }
    if (others.length) {
      parts.push(el("h3", null, ...both("正文、年度与常理", "Text, years and plausibility"), el("span", { class: "n" }, String(others.length))),
        el("ul", { class: "finds" }, ...others.map((check) => other(index, format, check))));
    }
    if (one.undecided) {
      parts.push(el("p", { class: "note" }, ...both(`另有 ${one.undecided.length} 项合计因空白等无法核对。`, `${one.undecided.length} more sums cannot be assessed because of blanks and the like.`)));
    }
    if (!parts.length) parts.push(el("p", { class: "none" }, ...both("没有发现不符。", "Nothing was found amiss.")));
    return el("section", null, el("h2", null, ...both("发现", "Findings")), ...parts.flat());
  }

  function explanation(one, format, explained) {
    const cells = (one.suspects || []).filter((cell) => cell.part === explained.part);
    const alone = explained.solutions === 1 && !explained.at_least;
    const shown = cells.filter((cell) => cell.solution <= 5);
    return el("div", { class: `suspicion${alone ? " alone" : ""}` },
      el("p", { class: "zh" }, el("span", { class: "m" }, "◆"), " ", alone ? "很可能是这里错了：" : "", explained.zh, "。 ", en(explained.en)),
      shown.length ? el("ul", null, ...shown.map((cell) => el("li", null, jump(format, cell.position), "：", cell.zh, " ", en(cell.en)))) : "",
      el("p", { class: "note" }, ...both("只是建议，公布的数字不变；请向发布机关核实。", "A proposal only; the published figure stands. Ask the publisher.")));
  }

  function sum(format, check) {
    const gap = subtract(check.actual, check.expected);
    return el("li", null, el("b", null, ...check.rule[3].filter(([, sign]) => sign > 0).flatMap(([position], at) => [at ? " + " : "", jump(format, position)])),
      ` ${check.rule[1]}：公布 ${check.actual}，应为 ${check.expected}，相差 ${gap}。 `,
      en(`${check.rule[2]}: published ${check.actual}, expected ${check.expected}, difference ${gap}.`), " ", el("code", null, check.code));
  }

  function other(index, format, check) {
    const cells = check.cells ? check.cells.map((cell) => Number(cell[0])) : check.rule[3].map(([position]) => position);
    const quoted = /^(.*?): ([\s\S]*)$/.exec(check.note || "");
    const isText = check.rule[0] === "text";
    const words = isText
      ? [`正文作 ${check.expected}，表格作 ${check.actual}。`, `The text states ${check.expected}, the table ${check.actual}.`]
      : check.actual === null || check.rule[0] === "plausibility" ? ["", ""] : [`本年 ${check.actual}，应为 ${check.expected}。`, `This year ${check.actual}, expected ${check.expected}.`];
    const previous = check.previous ? index.reports.id.indexOf(check.previous) : -1;
    return el("li", null, el("span", { class: "m" }, MARK[check.rule[0]] ? MARK[check.rule[0]][0] : "!"), " ", el("b", null, check.rule[1]), "：", words[0], " ",
      en(`${check.rule[2]}. ${words[1]}`), " ", el("code", null, check.code),
      cells.length && format ? [el("br"), ...both("涉及", "cells"), " ", ...cells.slice(0, 6).flatMap((position, at) => [at ? "、" : "", jump(format, position)]), cells.length > 6 ? " …" : ""] : "",
      check.note && el("blockquote", null, isText && quoted ? quoted[2] : check.note, isText && quoted ? el("cite", null, quoted[1]) : ""),
      previous >= 0 && [el("br"), el("a", { href: page("report", check.previous) }, ...both(`上一年度报告 ${yearName(index.reports.year[previous])}`, "the year before"))]);
  }

  // Figures are decimals of any length: the difference is taken in integers of their last place.
  function subtract(actual, expected) {
    const places = Math.max(...[actual, expected].map((figure) => (figure.split(".")[1] || "").length));
    const whole = (figure) => { const [before, after = ""] = figure.split("."); return BigInt(before + after.padEnd(places, "0")); };
    let gap = whole(actual) - whole(expected);
    const sign = gap < 0n ? "−" : "+";
    gap = String(gap < 0n ? -gap : gap).padStart(places + 1, "0");
    return sign + (places ? `${gap.slice(0, -places)}.${gap.slice(-places)}` : gap);
  }

  // Of each family: its mark in a cell, and what the legend says of it.
  const MARK = {
    total: ["≠", "公布的总计，与各分项不符", "published total that its parts do not give"],
    part: ["∙", "不成立的合计的分项", "part of a sum that fails"],
    suspect: ["◆", "疑误，箭头后为建议", "likely wrong, proposal after the arrow"],
    text: ["文", "与正文所述不符", "differs from the text"],
    year_to_year: ["年", "与上一年度不衔接", "does not continue the year before"],
    plausibility: ["疑", "不合常理", "implausible"],
    dash: ["横", "横线等，表示没有数字", "a dash: no number"],
    blank: ["空", "空白", "blank"],
    unreadable: ["读", "我方读不出数字", "we could not read a number here"],
    missing: ["缺", "我方没有找到这一格", "we did not find this cell"],
  };
  const STATUS = { b: "blank", d: "dash", u: "unreadable", m: "missing" };

  function marksOf(one, format) {
    const marks = new Map();
    const add = (position, kind) => { if (!marks.has(position)) marks.set(position, new Set()); marks.get(position).add(kind); };
    for (const check of one.failing || []) {
      const rule = format.rules[check.rule];
      const family = rule ? rule[0] : check.rule.split(".")[0];
      if (check.cells) for (const [position] of check.cells) add(Number(position), family);
      else for (const [position, sign] of rule ? rule[3] : []) add(position, SUMS.has(family) ? (sign > 0 ? "total" : "part") : family);
    }
    for (const cell of one.suspects || []) add(cell.position, "suspect");
    for (let at = 0; one.status && at < one.status.length; at++) if (STATUS[one.status[at]]) add(at + 1, STATUS[one.status[at]]);
    return marks;
  }

  function tables(one, format) {
    const title = el("h2", null, ...both("三张表，照原文", "The tables as published"));
    if (!format || !one.raw || one.raw.length !== format.cells.length) {
      return el("section", null, title, el("p", { class: "none" }, ...both("这份报告没有可显示的表格。", "There are no tables of this report to show.")));
    }
    const marks = marksOf(one, format);
    const used = Object.keys(MARK).filter((kind) => [...marks.values()].some((kinds) => kinds.has(kind)));
    return el("section", null, title,
      used.length ? el("p", { class: "legend" }, ...used.map((kind) => el("span", null, el("span", { class: `key s-${kind}` }, MARK[kind][0]), " ", ...both(MARK[kind][1], MARK[kind][2])))) : "",
      ...format.tables.flatMap((table) => [el("h3", null, table.title),
        el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": table.title }, el("table", { class: `form form-${table.code}` },
          el("tbody", null, ...table.rows.map((row) => el("tr", null, ...row.map((cell) => printed(one, format, marks, cell)))))))]));
  }

  function printed(one, format, marks, [part, text, position, rowspan, colspan]) {
    const spans = { rowspan: rowspan > 1 ? rowspan : null, colspan: colspan > 1 ? colspan : null };
    if (part === LABEL) return el("th", { ...spans, scope: rowspan > 1 ? "rowgroup" : "row", class: "label" }, text);
    if (part !== VALUE) return el("th", { ...spans, scope: colspan > 1 ? "colgroup" : "col", class: part === TITLE ? "block" : part === CORNER ? "corner" : "head" }, text);
    const kinds = [...(marks.get(position) || [])];
    const proposals = new Set((one.suspects || []).filter((cell) => cell.position === position && cell.proposed !== null).map((cell) => cell.proposed));
    const words = kinds.map((kind) => (MARK[kind] ? `${MARK[kind][0]} ${MARK[kind][1]} ${MARK[kind][2]}` : kind));
    const [row, column] = format.cells[position - 1];
    return el("td", { ...spans, id: `c${position}`, class: ["v", ...kinds.map((kind) => `s-${kind}`)].join(" "), title: [`${row} × ${column}`, ...words].join("\n"), "data-position": position },
      el("span", { class: "raw" }, one.raw[position - 1] === null ? "" : one.raw[position - 1]),
      kinds.length ? el("span", { class: "m" }, kinds.map((kind) => (MARK[kind] ? MARK[kind][0] : "!")).join("")) : "",
      proposals.size ? el("span", { class: "to" }, `→ ${[...proposals].join(" / ")}?`) : "");
  }

  // --- starting ----------------------------------------------------------------------------------------------------

  // A format's keys come with its cells, so that a row is found by its code in every format.
  function withKeys(formats) {
    for (const format of Object.values(formats)) format.keys = format.cells.map((cell) => cell[2]);
    return formats;
  }

  async function start() {
    const { page: name, index: indexFile, formats: formatsFile, gaps: gapsFile } = document.body.dataset;
    try {
      if (name === "gaps") return gapList(await load("gaps", gapsFile));
      const index = await load("index", indexFile);
      if (name === "browse") return browse(index);
      const formats = withKeys(await load("formats", formatsFile));
      const render = () => (name === "agency" ? agency : report)(index, formats).catch(broken);
      let shown = ADDRESSED();
      addEventListener("hashchange", () => { if (ADDRESSED() !== shown) { shown = ADDRESSED(); render(); scrollTo(0, 0); } });
      document.addEventListener("click", (event) => { // to a cell, without losing the report's own address
        const link = event.target.closest && event.target.closest("a.jump");
        if (!link) return;
        event.preventDefault();
        const cell = document.getElementById(link.dataset.to);
        if (!cell) return;
        for (const other of document.querySelectorAll(".pointed")) other.classList.remove("pointed");
        cell.classList.add("pointed");
        cell.scrollIntoView({ block: "center", inline: "center" });
      });
      return render();
    } catch (error) { return broken(error); }
  }

  function broken(error) {
    const place = document.getElementById("shown") || document.getElementById("found");
    place.replaceChildren(el("p", { class: "none" }, ...both(`读不到数据文件 ${error.message}；若报告刚刚更新，请刷新。`, "A data file cannot be read; if the report has just been renewed, reload.")));
  }

  if (document.body && document.body.dataset.page) start();
  return { take };
})();

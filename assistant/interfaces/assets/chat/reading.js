// A citation → its article beside the thread, scrolled to the quote; steps from one citation to the next.
const reading = { link: "", chip: null, turn: null };

const chipsOf = (turn) => {
  const seen = new Set();
  return findAll(".answer a.cite", turn.element).filter((chip) => {
    const link = chip.getAttribute("href");
    return seen.has(link) ? false : seen.add(link);
  });
};

const openCitation = async (chip) => {
  const link = chip.getAttribute("href");
  const turn = state.turns.find((it) => it.element?.contains(chip));
  const first = !isReading();
  Object.assign(reading, { link, turn, chip });
  hideTip();
  showReading(true);
  markOpen();
  drawSteps();
  const pane = find("#article");
  if (first) pane.replaceChildren(make("p", { class: "hint" }, say("opening")));
  if (first && phone.matches) {
    history.pushState({ reading: true }, "");
    find("#reading .back").focus();
  }
  const article = await ask("read_article", { link });
  if (reading.link !== link) return; // another one was opened meanwhile
  if (article.problem || !article.html) {
    pane.replaceChildren(make("p", { class: "hint" }, article.problem || say("gone")));
    return;
  }
  if (pane.dataset.link !== link || !find("article", pane)) pane.innerHTML = article.html;
  pane.dataset.link = link;
  find("#cited-passage", pane)?.scrollIntoView({ block: "center", behavior: first ? "auto" : calm() });
};

const isReading = () => find("#room").classList.contains("is-reading");

const showReading = (shown) => {
  find("#room").classList.toggle("is-reading", shown);
  find("#reading").inert = !shown;
  find("#ask").inert = shown && phone.matches;
};

const closeReading = ({ stepBack = true } = {}) => {
  if (!isReading()) return false;
  const turn = reading.turn;
  const link = reading.link;
  showReading(false);
  delete find("#article").dataset.link;
  Object.assign(reading, { link: "", turn: null });
  markOpen();
  if (turn) findAll("a.cite", turn.element).find((chip) => chip.getAttribute("href") === link)?.focus();
  if (stepBack && history.state?.reading) history.back();
  return true;
};

const markOpen = () => {
  for (const chip of findAll("#thread a.cite")) {
    const open = Boolean(reading.link) && chip.getAttribute("href") === reading.link && Boolean(reading.turn?.element?.contains(chip));
    chip.classList.toggle("open", open);
    if (open) chip.setAttribute("aria-current", "true");
    else chip.removeAttribute("aria-current");
  }
};

// Without an open article the first step opens the first citation of the last answer.
const step = (by) => {
  const turn = reading.turn?.element?.isConnected ? reading.turn : state.turns.findLast((it) => chipsOf(it).length);
  if (!turn) return;
  const chips = chipsOf(turn);
  const at = chips.findIndex((chip) => chip.getAttribute("href") === reading.link);
  const next = chips[at < 0 ? (by > 0 ? 0 : chips.length - 1) : at + by];
  if (!next) return;
  if (!phone.matches) next.scrollIntoView({ block: "nearest", behavior: calm() });
  openCitation(next);
};

const drawSteps = () => {
  const bar = find("#steps");
  const chips = reading.turn ? chipsOf(reading.turn) : [];
  const at = chips.findIndex((chip) => chip.getAttribute("href") === reading.link);
  find(".position", bar).textContent = at < 0 ? "" : say("position", { number: number(at + 1), total: number(chips.length) });
  find(".previous", bar).disabled = at <= 0;
  find(".next", bar).disabled = at < 0 || at >= chips.length - 1;
};

const drawReading = () =>
  make("aside", { id: "reading", "aria-label": say("reading"), inert: true },
    make("div", { class: "bar", id: "steps" },
      iconButton("away", say("back"), () => closeReading(), { class: "icon back turns" }),
      iconButton("back", say("previous"), () => step(-1), { class: "icon previous turns", "aria-keyshortcuts": "k" }),
      make("span", { class: "position", "aria-live": "polite" }),
      iconButton("forth", say("next"), () => step(1), { class: "icon next turns", "aria-keyshortcuts": "j" }),
      make("span", { class: "space" }),
      iconButton("close", say("close"), () => closeReading(), { class: "icon close", "aria-keyshortcuts": "Escape" })),
    make("div", { id: "article", tabindex: 0, role: "region", "aria-label": say("reading") },
      make("p", { class: "hint" }, say("reading_hint"))));

// What is chosen in the tab → the server, which draws; here it is only shown, and asked for again while it changes.
const root = element.querySelector(".library");
const PIECE = 600000; // bytes of a file: what the server takes at a time, less what stands around it
const wish = { find: "", column: "date", descending: true, page: 0 };
let chosen = "";
let building = null;

const wanted = () => {
  const tags = [document.documentElement.lang, ...navigator.languages].map((tag) => (tag || "").split("-")[0]);
  return tags.find((tag) => LANGUAGES.includes(tag)) || "en";
};
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const ask = async (name, values = {}) => {
  try {
    return JSON.parse(await server[name]({ language: chosen, ...wish, ...values }));
  } catch {
    return { problem: root.dataset.unanswered || "The assistant did not answer." };
  }
};

const nameLanguages = (within) => {
  let names;
  try { names = new Intl.DisplayNames([chosen], { type: "language" }); } catch { return; }
  within.querySelectorAll("[data-language]").forEach((place) => {
    try { place.textContent = names.of(place.dataset.language) || place.dataset.language; } catch { /* its code stays */ }
  });
};

const show = (answer) => {
  if (answer.problem) tell(answer);
  for (const [name, html] of Object.entries(answer.parts || {})) {
    const place = part(name);
    if (!place || place.drawn === html) continue; // what somebody opened or points at stays, unless it changed
    place.drawn = html;
    place.innerHTML = html;
    nameLanguages(place);
  }
};

const tell = (answer) => {
  const place = part("told");
  const failed = Boolean(answer.problem);
  place.classList.toggle("grave", failed);
  place.dir = failed ? "ltr" : "";
  if (failed) place.textContent = answer.problem; else place.innerHTML = answer.told || "";
};

const follow = (answer) => {
  const was = building;
  building = Boolean(answer.building);
  return was && !building;
};
const refresh = async () => { const answer = await ask("library_parts"); show(answer); follow(answer); };
const watchOver = async () => {
  if (!root.isConnected) return;
  if (root.offsetParent !== null && !document.hidden) {
    const answer = await ask("library_state");
    if (!answer.problem) show(answer);
    if (follow(answer)) await refresh();
  }
  setTimeout(watchOver, building ? 400 : 4000);
};

const act = async (values) => {
  root.classList.add("busy");
  const answer = await ask("library_act", values);
  root.classList.remove("busy");
  tell(answer);
  return !answer.problem;
};

const send = async (files) => {
  const told = [];
  for (const file of files) {
    const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    let answer = {};
    for (let number = 0, start = 0; number === 0 || start < file.size; number += 1, start += PIECE) {
      const blob = file.slice(start, start + PIECE);
      const read = await new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result.split(",")[1] || "");
        reader.readAsDataURL(blob);
      });
      answer = await ask("library_act", { act: "upload", key, number, piece: read, name: file.name, last: start + PIECE >= file.size });
      if (answer.problem) break;
    }
    const line = document.createElement("span");
    if (answer.problem) { line.className = "grave"; line.dir = "auto"; line.textContent = `${file.name}: ${answer.problem}`; } else line.innerHTML = answer.told || "";
    told.push(line);
    part("told").className = "";
    part("told").replaceChildren(...told.flatMap((one) => [one, document.createElement("br")]));
  }
  await refresh();
};

const draw = async () => {
  chosen = wanted();
  const answer = await ask("library_shell");
  if (answer.problem) { root.textContent = answer.problem; return; }
  root.innerHTML = answer.html;
  root.lang = answer.language;
  root.dir = answer.direction;
  root.dataset.unanswered = answer.unanswered;
  await refresh();
};

let typing;
root.addEventListener("input", (event) => {
  if (event.target.name !== "find") return;
  clearTimeout(typing);
  typing = setTimeout(() => { wish.find = event.target.value; wish.page = 0; refresh(); }, 250);
});
root.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  send([...event.target.files]).then(() => { event.target.value = ""; });
});
root.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { act: does, sort, turn, delete: paths, question } = button.dataset;
  if (sort) {
    wish.descending = wish.column === sort ? !wish.descending : ["date", "passages"].includes(sort);
    Object.assign(wish, { column: sort, page: 0 });
  } else if (turn) wish.page += Number(turn);
  else if (paths) { if (!confirm(question) || !(await act({ act: "delete", paths }))) return; }
  else if (does) { button.disabled = true; if (await act({ act: does })) building = true; button.disabled = false; }
  else return;
  if (does === "rebuild") { setTimeout(watchOver.soon, 0); }
  await refresh();
});
watchOver.soon = async () => { const answer = await ask("library_state"); if (!answer.problem) show(answer); follow(answer); };
root.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  if (await act({ act: form.dataset.do, ...Object.fromEntries(new FormData(form)) })) { form.reset(); await refresh(); }
});
root.addEventListener("dragover", (event) => { if (event.target.closest(".drop")) event.preventDefault(); });
root.addEventListener("drop", (event) => {
  if (!event.target.closest(".drop")) return;
  event.preventDefault();
  send([...event.dataTransfer.files]);
});
new MutationObserver(() => { if (wanted() !== chosen) draw(); }).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
draw().then(watchOver);

// A citation under the pointer or in focus → its passage beside it.
const placeOf = (chip) => {
  const turn = state.turns.find((it) => it.element?.contains(chip));
  return turn?.places?.find((place) => place.link === chip.getAttribute("href"));
};

const showTip = (chip) => {
  const place = placeOf(chip);
  if (!place || phone.matches) return;
  const tip = find("#tip");
  tip.replaceChildren(
    make("p", { class: "tip-quote", dir: place.direction, lang: place.language }, place.quote),
    make("p", { class: "tip-told", dir: place.title_direction }, [place.title, ...place.told].flatMap((part, at) => [
      at ? " · " : "", make("bdi", {}, part)])),
  );
  tip.hidden = false;
  chip.setAttribute("aria-describedby", "tip");
  const box = chip.getBoundingClientRect();
  const width = tip.offsetWidth;
  const left = Math.min(Math.max(8, box.left + box.width / 2 - width / 2), innerWidth - width - 8);
  const above = box.top - tip.offsetHeight - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 8 ? above : box.bottom + 8}px`;
};

const hideTip = () => {
  const tip = find("#tip");
  if (!tip || tip.hidden) return false;
  tip.hidden = true;
  findAll("a.cite[aria-describedby]").forEach((chip) => chip.removeAttribute("aria-describedby"));
  return true;
};

"use strict";
// The pages are whole without this. With it: tags are completed while one types, addresses copied.
(() => {
  const root = document.body.dataset.root;

  // What may become a tag: the words behind the last tag or sign, else the last word alone.
  const candidates = (text) => {
    const tags = text.match(/^(?:.*[\s(|-])?\S*:\S*\s+/);
    const behind = tags ? tags[0].length : 0;
    const first = behind + text.slice(behind).match(/^[\s(|-]*/)[0].length;
    return [...new Set([first, text.search(/[^\s(|-]*$/)])];
  };

  const completion = (input, whole) => {
    const list = document.createElement("ul");
    list.className = "completions";
    list.id = `${input.name}-${whole ? "tags" : "site"}-completions`;
    list.setAttribute("role", "listbox");
    list.hidden = true;
    input.after(list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": list.id,
    })) input.setAttribute(name, value);
    let chosen = -1;
    let asked = 0;
    let start = 0; // of the words that the list completes

    const close = () => {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const choose = (number) => {
      const rows = [...list.children];
      chosen = (number + rows.length) % rows.length;
      rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === chosen)));
      input.setAttribute("aria-activedescendant", rows[chosen].id);
      rows[chosen].scrollIntoView({ block: "nearest" });
    };
    const take = (row) => {
      input.value = input.value.slice(0, start) + row.dataset.key + (whole ? "" : " ");
      close();
      input.focus();
      if (whole) location.href = `${root}/${row.dataset.key.replace(":", "/")}`;
    };
    const show = (tags) => {
      list.replaceChildren(...tags.map((tag, at) => {
        const row = document.createElement("li");
        row.id = `${list.id}-${at}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        row.dataset.key = tag.key;
        const label = document.createElement("span");
        label.textContent = tag.label;
        label.className = tag.scheme;
        const key = document.createElement("code");
        key.textContent = tag.key;
        const count = document.createElement("small");
        count.textContent = tag.articles.toLocaleString("en");
        row.append(label, " ", key, " ", count);
        row.addEventListener("mousedown", (event) => { event.preventDefault(); take(row); });
        return row;
      }));
      list.hidden = !tags.length;
      chosen = -1;
      input.setAttribute("aria-expanded", String(!list.hidden));
    };
    const ask = async () => {
      const number = ++asked;
      try {
        for (start of whole ? [0] : candidates(input.value)) {
          const words = input.value.slice(start);
          if (words.trim().length < 2) continue;
          const answer = await fetch(`${root}/api/v1/tags?limit=8&q=${encodeURIComponent(words)}`);
          const { tags } = answer.ok ? await answer.json() : { tags: [] };
          if (number !== asked) return;
          if (tags.length) return show(tags);
        }
        close();
      } catch { close(); }
    };
    let timer = 0;
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 80); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") choose(chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
      else if (event.key === "Escape") close();
      else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
      else return;
      event.preventDefault();
    });
  };

  const site = document.querySelector("header input[name=q]");
  if (site) completion(site, false);
  const finder = document.querySelector(".finder input[name=q]");
  if (finder) completion(finder, true);

  // Copying needs a secure place; elsewhere the address is selected, to be copied by hand.
  for (const line of document.querySelectorAll(".copy")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const input = line.querySelector("input");
      input.select();
      try {
        await navigator.clipboard.writeText(input.value);
        button.textContent = "Copied";
      } catch { button.textContent = "Selected"; }
    });
    line.append(button);
  }

  // Beside the list there is room for what narrows it; above it, it stays folded.
  const drawer = document.querySelector(".drawer");
  const wide = matchMedia("(min-width: 46.01rem)");
  const unfold = () => { if (drawer) drawer.open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();

  // Evidence that a mark leads to is unfolded.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();
})();

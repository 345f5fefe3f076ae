// A cascade is one select with groups; here it becomes two, the second of which holds the chosen group's leaves.
const cascades = {};

function splitCascade(question) {
  const leaf = question.querySelector("select");
  const group = make("select", { id: leaf.id, "aria-describedby": leaf.getAttribute("aria-describedby") || "" });
  const groups = Array.from(leaf.children).slice(1).map(function (child) {
    return child.tagName === "OPTGROUP" ? { text: child.label, leaves: Array.from(child.children) } : { text: child.text, leaves: [child] };
  });
  group.append(make("option", { value: "" }, [say("choose_group")]));
  groups.forEach(function (each, index) {
    group.append(make("option", { value: String(index) }, [each.text]));
  });
  leaf.removeAttribute("id");
  leaf.setAttribute("aria-label", textOf(question) + " " + say("choose_leaf"));
  leaf.options[0].textContent = say("choose_leaf");
  leaf.parentNode.insertBefore(group, leaf);
  const cascade = { group: group, leaf: leaf, groups: groups };
  cascades[question.dataset.q] = cascade;
  group.addEventListener("change", function () {
    showLeaves(cascade, groups[group.value], "");
  });
  setCascade(question.dataset.q, leaf.value);
}

// A group that is its own leaf needs no second choice.
function showLeaves(cascade, group, value) {
  const leaf = cascade.leaf;
  while (leaf.children.length > 1) leaf.removeChild(leaf.lastChild);
  if (group) group.leaves.forEach(function (option) { leaf.append(option); });
  const only = group && group.leaves.length === 1;
  leaf.value = only ? group.leaves[0].value : value;
  leaf.hidden = !group || only;
}

function setCascade(id, value) {
  const cascade = cascades[id];
  const index = cascade.groups.findIndex(function (group) {
    return group.leaves.some(function (option) { return option.value === value; });
  });
  cascade.group.value = index < 0 ? "" : String(index);
  showLeaves(cascade, cascade.groups[index], value);
}

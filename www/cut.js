// Stands in the markup before everything else that can be cut short, and is short itself: where
// the page ends, or comes to a halt, in the middle of its first script, nothing else could say so.
// It is put there, and named in the content policy, as first.js is, which takes the sentence away
// again should it come after all.
setTimeout(function () {
  if (self.lab) return;
  var root = document.documentElement, place = document.createElement("p");
  place.id = "cut";
  place.setAttribute("role", "alert");
  place.textContent = "Only a part of this page has come. Reload it to try again.";
  (document.body || root).appendChild(place);
  root.setAttribute("data-lab", "error");
}, 5000);

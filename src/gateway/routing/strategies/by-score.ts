/**
 * Places of candidates by their scores, the least first; equal ones stay as listed. Merged by hand over flat arrays:
 * sorting with a comparator takes several times as long, and this runs before each request.
 */
export const byScore = (scores: Float64Array): Uint32Array => {
  const count = scores.length;
  let from = new Uint32Array(count);
  let to = new Uint32Array(count);
  for (let place = 0; place < count; place++) from[place] = place;
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(start + width, count);
      const end = Math.min(start + 2 * width, count);
      let left = start;
      let right = middle;
      for (let place = start; place < end; place++) {
        const first = from[left] ?? 0;
        const second = from[right] ?? 0;
        if (right >= end || (left < middle && !((scores[second] ?? 0) < (scores[first] ?? 0)))) {
          to[place] = first;
          left++;
        } else {
          to[place] = second;
          right++;
        }
      }
    }
    [from, to] = [to, from];
  }
  return from;
};

// Puts an element into another that stands outside the app: the page's frame is there before the app is.
export function place(node: HTMLElement, target: string) {
  document.querySelector(target)?.append(node);
  return {destroy: () => node.remove()};
}

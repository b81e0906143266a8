/** An image's name with its tag: one without a tag is the same as with `:latest`. */
export function withTag(image: string): string {
  return /:[^/]+$/.test(image) ? image : `${image}:latest`;
}

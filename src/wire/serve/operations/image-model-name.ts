/** How models that make images are called by their labs. */
const MAKES_IMAGES =
  /(^|[^a-z])(dall-?e|imagen|flux|stable-?diffusion|sdxl|sd3|seedream|ideogram|recraft|kolors|cogview|wanx|midjourney|nova-canvas)([^a-z]|$)|[a-z0-9.]-image(-|$)/;
/** What else has to do with images. */
const READS_IMAGES = /image-(to-text|text-to|caption|classif|embed)|embedding/;

/**
 * Whether a model seems to make images and nothing else, by its name: for models of which no source says what they can.
 * `name` may be a slug or an offering's id.
 */
export const namesImageModel = (name: string): boolean => {
  const model = name.slice(name.lastIndexOf('/') + 1, name.lastIndexOf('/') + 201).toLowerCase();
  return MAKES_IMAGES.test(model) && !READS_IMAGES.test(model);
};

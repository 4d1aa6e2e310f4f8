import type { ImageGenerationRequest } from '../../../domain/operation.ts';

/** In what servers' images differ from OpenAI's. */
export type ImagesQuirks = {
  /** Default `/images/generations`. */
  readonly path?: string;
  /** The word that asks for the bytes rather than an address. Default `b64_json`; `none`: it cannot be asked for. */
  readonly responseFormat?: 'b64_json' | 'base64' | 'none';
  /** Where the size goes. Default `size`. */
  readonly sizeField?: 'size' | 'image_size' | 'width-height' | 'none';
  /** Where the aspect ratio goes. Default: nowhere. */
  readonly aspectRatioField?: 'aspect_ratio';
  /** Where the number of images goes. Default `n`. */
  readonly countField?: 'n' | 'batch_size' | 'none';
  /** Whether `seed` is sent. Default false. */
  readonly supportsSeed?: boolean;
  /**
   * How images to edit are sent. Default FORM: as files to `/images/edits`. An object: as data URLs in that member of
   * the JSON, one text for one image and a list for several, to `path` or to where images are generated.
   */
  readonly edits?: 'FORM' | 'NONE' | { readonly field: string; readonly path?: string };
  /** What the server does not take, beyond what the fields above say. */
  readonly unsupported?: readonly Exclude<keyof ImageGenerationRequest, 'prompt'>[];
};

import { GraphQLError, GraphQLScalarType } from 'graphql';

/** A file that came with a request, wholly in memory. */
export class UploadedFile {
  /** As the client says; empty if it does not. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly name: string;
  constructor(mediaType: string, bytes: Uint8Array, name: string) {
    this.mediaType = mediaType;
    this.bytes = bytes;
    this.name = name;
  }
  /** What a message about a wrong value shows of it. */
  toJSON(): string {
    return '[file]';
  }
}

const HOW_TO =
  'Upload takes a file of a multipart request to /graphql (GraphQL multipart request specification). Over WebSocket and /graphql/stream there are none: give the bytes as `data` or the address as `url`.';

export const UploadScalar = new GraphQLScalarType<UploadedFile, never>({
  name: 'Upload',
  description:
    'A file that comes with the request: a variable that is null in `operations` and named in `map`, by the GraphQL multipart request specification. At most 10 files; only by POST to /graphql.',
  parseValue: (value) => {
    if (value instanceof UploadedFile) return value;
    throw new GraphQLError(HOW_TO);
  },
  parseLiteral: () => {
    throw new GraphQLError(HOW_TO);
  },
  serialize: () => {
    throw new GraphQLError('Upload is for input alone.');
  },
});

import { z } from 'zod'

/** How much the embedding counted before models said so; their embeddings were not centred either. */
const formerWeight = 1.5

/** What a model's header says of its pair score: `PairParameters` but for what is in tensors. */
export const pairHeader = z.object({
  spread: z.number(),
  breadth: z.number(),
  cosineMean: z.number(),
  cosineDeviation: z.number(),
  embeddingWeight: z.number().default(formerWeight),
  medians: z.array(z.tuple([z.string(), z.object({ breadth: z.number(), volume: z.number() })])),
})

import { z } from 'zod';

const webAddress = z.url({ protocol: /^https?$/ });
/** `<…>` is a mention or a link there, as `<!channel>` and `<users/all>` are, which call everybody. */
const unmarked = z
  .string()
  .min(1)
  .regex(/^[^<>]*$/, 'holds a mark-up of the chat');

/**
 * What receivers of alerts take, written after their public descriptions, strict where they name all keys: an incoming
 * webhook of Slack (text of a message: at most 40,000 characters), a message of Google Chat's REST API (4,096 characters
 * of text; a key it does not know is refused), and the webhook of a Teams workflow (an adaptive card of schema 1.2;
 * 28 KB).
 */
export const RECEIVERS = {
  slack: z.strictObject({
    text: unmarked.max(40_000),
    blocks: z.array(z.unknown()).optional(),
    attachments: z.array(z.unknown()).optional(),
    thread_ts: z.string().optional(),
    mrkdwn: z.boolean().optional(),
    unfurl_links: z.boolean().optional(),
    unfurl_media: z.boolean().optional(),
  }),
  googleChat: z.strictObject({
    text: unmarked.max(4_096),
    cardsV2: z.array(z.unknown()).optional(),
    thread: z.unknown().optional(),
    fallbackText: z.string().optional(),
  }),
  teams: z
    .strictObject({
      type: z.literal('message'),
      attachments: z
        .array(
          z.strictObject({
            contentType: z.literal('application/vnd.microsoft.card.adaptive'),
            contentUrl: z.null().optional(),
            content: z.strictObject({
              $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json').optional(),
              type: z.literal('AdaptiveCard'),
              version: z.literal(['1.0', '1.1', '1.2', '1.3', '1.4', '1.5']),
              body: z.array(z.strictObject({ type: z.literal('TextBlock'), text: unmarked, wrap: z.boolean() })).min(1),
              actions: z
                .array(z.strictObject({ type: z.literal('Action.OpenUrl'), title: z.string(), url: webAddress }))
                .max(6)
                .optional(),
            }),
          }),
        )
        .min(1),
    })
    .refine((message) => JSON.stringify(message).length <= 28 * 1024, 'is larger than 28 KB'),
};

// Parses a mail from standard input with a library that shares nothing with Python's, and prints what it found as JSON.
import PostalMime from "postal-mime";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const mail = await PostalMime.parse(Buffer.concat(chunks), { attachmentEncoding: "base64" });
process.stdout.write(JSON.stringify(mail));

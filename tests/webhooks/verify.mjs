// Reads one webhook as JSON and says whether the standard's own library takes it: {secret, headers, body}.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
try {
  new Webhook(secret).verify(body, headers);
  console.log("taken");
} catch (refusal) {
  console.log(`refused: ${refusal.message}`);
}

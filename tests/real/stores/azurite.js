// Preloaded into Azurite (node -r ./azurite.js .../azurite-blob): clients of the old Azure SDK, such as distribution 2.8's,
// send x-ms-blob-type with "append block" too, and Azurite then takes the request for "create append blob" (a tie in its
// dispatcher). Counting the condition on `comp` twice breaks the tie. Nothing that is stored is changed.
const path = require("path");
const fs = require("fs");

const blob = path.dirname(fs.realpathSync(process.argv[1]));
const specifications = require(`${blob}/generated/artifacts/specifications`).default;
const operations = require(`${blob}/generated/artifacts/operation`).default;

for (const name of ["AppendBlob_AppendBlock", "PageBlob_UploadPages", "BlockBlob_StageBlock"]) {
  const specification = specifications[operations[name]];
  const required = specification.queryParameters.filter((parameter) => parameter.mapper.required);
  specification.queryParameters = specification.queryParameters.concat(required);
}

import { checkImportDirections } from './import-directions.ts';

const { modules, violations } = checkImportDirections('.');
for (const violation of violations) console.error(violation);
console.log(`import directions: ${modules} modules, ${violations.length} violations`);
process.exitCode = violations.length > 0 ? 1 : 0;

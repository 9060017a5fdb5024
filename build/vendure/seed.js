// node seed.js FILE: makes a small shop and writes its database into FILE.
const fs = require('node:fs');
const { bootstrap, TransactionalConnection } = require('@vendure/core');
const { populate } = require('@vendure/core/cli');
const config = require('./config');

const data = {
    defaultLanguage: 'en',
    defaultZone: 'Europe',
    countries: [
        { name: 'Germany', code: 'DE', zone: 'Europe' },
        { name: 'United Kingdom', code: 'GB', zone: 'Europe' },
        { name: 'United States of America', code: 'US', zone: 'Americas' },
    ],
    taxRates: [{ name: 'Standard Tax', percentage: 20 }],
    shippingMethods: [{ name: 'Standard Shipping', price: 500 }, { name: 'Express Shipping', price: 1000 }],
    paymentMethods: [
        { name: 'Standard Payment', handler: { code: 'dummy-payment-handler', arguments: [{ name: 'automaticSettle', value: 'true' }] } },
    ],
    collections: [],
};

async function seed(file) {
    if (fs.existsSync(file)) fs.rmSync(file);
    const app = await populate(() => bootstrap(config(file, true)), data);
    const connection = app.get(TransactionalConnection).rawConnection;
    fs.writeFileSync(file + '.part', Buffer.from(connection.driver.export()));
    fs.renameSync(file + '.part', file);
    await app.close();
}

seed(process.argv[2]).then(
    () => process.exit(0),
    error => {
        console.error(error);
        process.exit(1);
    },
);

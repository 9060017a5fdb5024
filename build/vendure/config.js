// The shop that the connector's tests run against: SQLite in memory, loaded from one seeded file and never written back,
// so that each start knows nothing of the one before.
const path = require('node:path');
const { DefaultLogger, LogLevel, dummyPaymentHandler } = require('@vendure/core');

module.exports = (database, synchronize) => ({
    apiOptions: { port: Number(process.env.PORT || 0), hostname: '127.0.0.1', adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
    authOptions: {
        tokenMethod: ['bearer', 'api-key'],
        superadminCredentials: { identifier: 'superadmin', password: 'superadmin' },
    },
    dbConnectionOptions: { type: 'sqljs', location: path.resolve(database), autoSave: false, synchronize },
    paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
    logger: new DefaultLogger({ level: LogLevel.Error, timestamp: false }),
});

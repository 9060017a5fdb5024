// node server.js FILE: serves the shop in FILE on 127.0.0.1 and prints its address. It ends when its standard input does, so that
// it never outlives who started it.
const { bootstrap } = require('@vendure/core');
const config = require('./config');

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

bootstrap(config(process.argv[2], false)).then(
    app => console.log(`http://127.0.0.1:${app.getHttpServer().address().port}/admin-api`),
    error => {
        console.error(error);
        process.exit(1);
    },
);

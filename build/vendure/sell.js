// node sell.js ADDRESS [SECONDS]: lets the shop at the Admin API's ADDRESS sell: a few products once, then an order every so many seconds
// (15), until it is interrupted. For trying the connector by hand.
const [address = 'http://127.0.0.1:3000/admin-api', seconds = '15'] = process.argv.slice(2);
let token = '';

async function ask(query, variables = {}) {
    const answer = await fetch(address, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ query, variables }),
    });
    token = answer.headers.get('vendure-auth-token') || token;
    const said = await answer.json();
    if (said.errors) throw new Error(said.errors[0].message);
    return said.data;
}

const goods = [
    ['MUG-BLU', 'Mug, blue', 1400, 60],
    ['POT-TEA', 'Teapot, 1 litre', 3850, 6],
    ['TEA-ASM-100', 'Assam tea, 100 g', 790, 120],
    ['CAD-TIN', 'Tea caddy, tin', 1120, 14],
];

async function stock() {
    const known = await ask('{ productVariants(options: {take: 50}) { items { id } } stockLocations { items { id } } }');
    if (known.productVariants.items.length > 0) return known.productVariants.items.map(v => v.id);
    const ids = [];
    for (const [sku, name, price, onHand] of goods) {
        const words = [{ languageCode: 'en', name }];
        const made = await ask('mutation($input: CreateProductInput!) { createProduct(input: $input) { id } }', {
            input: { translations: [{ ...words[0], slug: sku.toLowerCase(), description: '' }] },
        });
        const variants = await ask('mutation($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id } }', {
            input: [{
                productId: made.createProduct.id, sku, price, trackInventory: 'TRUE', translations: words,
                stockLevels: [{ stockLocationId: known.stockLocations.items[0].id, stockOnHand: onHand }],
            }],
        });
        ids.push(variants.createProductVariants[0].id);
    }
    return ids;
}

async function buyer() {
    const emailAddress = `ada.sample.${Date.now()}@example.com`;
    const made = await ask('mutation($input: CreateCustomerInput!) { createCustomer(input: $input) { ... on Customer { id } } }', {
        input: { firstName: 'Ada', lastName: 'Sample', emailAddress },
    });
    return made.createCustomer.id;
}

async function sell(customer, variants) {
    const id = (await ask('mutation { createDraftOrder { id } }')).createDraftOrder.id;
    const input = { productVariantId: variants[Math.floor(Math.random() * variants.length)], quantity: 1 + Math.floor(Math.random() * 3) };
    await ask('mutation($id: ID!, $input: AddItemToDraftOrderInput!) { addItemToDraftOrder(orderId: $id, input: $input) { __typename } }', { id, input });
    await ask('mutation($id: ID!, $customer: ID) { setCustomerForDraftOrder(orderId: $id, customerId: $customer) { __typename } }', { id, customer });
    await ask('mutation($id: ID!, $input: CreateAddressInput!) { setDraftOrderShippingAddress(orderId: $id, input: $input) { id } }', {
        id, input: { fullName: 'Ada Sample', streetLine1: '1 Test Street', city: 'Berlin', postalCode: '10115', countryCode: 'DE' },
    });
    const ways = await ask('query($id: ID!) { eligibleShippingMethodsForDraftOrder(orderId: $id) { id } }', { id });
    await ask('mutation($id: ID!, $method: ID!) { setDraftOrderShippingMethod(orderId: $id, shippingMethodId: $method) { __typename } }', {
        id, method: ways.eligibleShippingMethodsForDraftOrder[0].id,
    });
    await ask('mutation($id: ID!) { transitionOrderToState(id: $id, state: "ArrangingPayment") { __typename } }', { id });
    const paid = await ask('mutation($input: ManualPaymentInput!) { addManualPaymentToOrder(input: $input) { __typename ... on Order { code } } }', {
        input: { orderId: id, method: 'standard-payment', transactionId: `T-${id}`, metadata: {} },
    });
    console.log(`${new Date().toISOString()} order ${paid.addManualPaymentToOrder.code ?? `refused: ${paid.addManualPaymentToOrder.__typename}`}`);
}

async function live() {
    await ask('mutation { login(username: "superadmin", password: "superadmin") { __typename } }');
    const variants = await stock();
    const customer = await buyer();
    for (;;) {
        await sell(customer, variants).catch(error => console.error(error.message));
        await new Promise(done => setTimeout(done, Number(seconds) * 1000));
    }
}

live().catch(error => {
    console.error(`The shop at ${address} does not answer: ${error.message}`);
    process.exit(1);
});

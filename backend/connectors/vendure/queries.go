package vendure

// The documents, by hand. Each is checked against a schema by TestDocuments, and against the real server where it is installed.

const loginDocument = `mutation Login($username: String!, $password: String!) {
  login(username: $username, password: $password, rememberMe: true) {
    __typename
    ... on CurrentUser { id }
    ... on ErrorResult { errorCode message }
  }
}`

const signedDocument = `query Signed { activeChannel { id } }`

const shopDocument = `query Shop {
  activeChannel { id code token defaultCurrencyCode trackInventory seller { name } }
  globalSettings { trackInventory serverConfig { moneyStrategyPrecision } }
}`

// What a sign-in may do is found by trying, as Vendure tells it to administrators alone and not to keys. The two that would write
// are given nothing to change.
const (
	mayReadProducts   = `query MayReadProducts { productVariants(options: { take: 1 }) { totalItems } }`
	mayReadCustomers  = `query MayReadCustomers { customers(options: { take: 1 }) { totalItems } }`
	mayReadOrders     = `query MayReadOrders { orders(options: { take: 1 }) { totalItems } }`
	mayUpdateProducts = `mutation MayUpdateProducts { updateProductVariants(input: []) { id } }`
	mayUpdateOrders   = `mutation MayUpdateOrders {
  addFulfillmentToOrder(input: { lines: [], handler: { code: "manual-fulfillment", arguments: [] } }) { __typename }
}`
)

const locationsDocument = `query Locations($options: StockLocationListOptions) {
  stockLocations(options: $options) { totalItems items { id name } }
}`

const variantFields = `fragment VariantFields on ProductVariant {
  id productId createdAt updatedAt sku name enabled currencyCode trackInventory
  prices { currencyCode price }
  options { name group { name } }
  facetValues { name }
  featuredAsset { preview }
  product { id name enabled slug featuredAsset { preview } facetValues { name } }
}`

const productsDocument = `query Products($options: ProductVariantListOptions) {
  productVariants(options: $options) { totalItems items { ...VariantFields } }
}
` + variantFields

const stockDocument = `query Stock($options: ProductVariantListOptions) {
  productVariants(options: $options) {
    totalItems
    items { id createdAt sku trackInventory stockLevels { stockLocationId updatedAt stockOnHand stockAllocated } }
  }
}`

const customersDocument = `query Customers($options: CustomerListOptions) {
  customers(options: $options) {
    totalItems
    items {
      id createdAt updatedAt title firstName lastName emailAddress phoneNumber
      addresses {
        id fullName company streetLine1 streetLine2 city province postalCode country { code } phoneNumber
        defaultShippingAddress defaultBillingAddress
      }
    }
  }
}`

const addressFields = `fragment AddressFields on OrderAddress {
  fullName company streetLine1 streetLine2 city province postalCode country countryCode phoneNumber
}`

const ordersDocument = `query Orders($options: OrderListOptions, $history: HistoryEntryListOptions) {
  orders(options: $options) { totalItems items { ...OrderFields } }
}
` + orderFields

const orderFields = `fragment OrderFields on Order {
  id code state active type createdAt updatedAt orderPlacedAt currencyCode couponCodes
  subTotal subTotalWithTax shipping shippingWithTax total totalWithTax
  customer { id title firstName lastName emailAddress phoneNumber }
  shippingAddress { ...AddressFields }
  billingAddress { ...AddressFields }
  shippingLines { id shippingMethod { code name } discountedPrice discountedPriceWithTax }
  lines {
    id quantity orderPlacedQuantity unitPrice linePrice proratedLinePrice proratedLinePriceWithTax
    productVariant { id sku name }
  }
  surcharges { id description sku price priceWithTax }
  payments {
    id createdAt method amount state
    refunds { id createdAt total state reason }
  }
  fulfillments { id createdAt state method trackingCode lines { orderLineId quantity } }
  history(options: $history) { items { createdAt type data } }
}
` + addressFields

const variantsDocument = `query Variants($options: ProductVariantListOptions) {
  productVariants(options: $options) {
    items { id currencyCode prices { currencyCode price } stockLevels { stockLocationId stockOnHand stockAllocated } }
  }
}`

const setStockDocument = `mutation SetStock($input: [UpdateProductVariantInput!]!) {
  updateProductVariants(input: $input) { id stockLevels { stockLocationId stockOnHand stockAllocated } }
}`

const setPriceDocument = `mutation SetPrice($input: [UpdateProductVariantInput!]!) {
  updateProductVariants(input: $input) { id prices { currencyCode price } }
}`

const orderDocument = `query OrderNow($id: ID!, $history: HistoryEntryListOptions) {
  order(id: $id) {
    id state currencyCode
    lines { id quantity }
    payments { id amount state refunds { id total state reason } }
    fulfillments { id state method trackingCode lines { orderLineId quantity } }
    history(options: $history) { items { createdAt type data } }
  }
}`

const fulfillDocument = `mutation Fulfill($input: FulfillOrderInput!) {
  result: addFulfillmentToOrder(input: $input) {
    __typename
    ... on Fulfillment { id state }
    ... on ErrorResult { errorCode message }
    ... on CreateFulfillmentError { why: fulfillmentHandlerError }
    ... on FulfillmentStateTransitionError { why: transitionError }
  }
}`

const noteDocument = `mutation Note($input: AddNoteToOrderInput!) { addNoteToOrder(input: $input) { id } }`

const moveDocument = `mutation MoveFulfillment($id: ID!, $state: String!) {
  result: transitionFulfillmentToState(id: $id, state: $state) {
    __typename
    ... on Fulfillment { id state }
    ... on FulfillmentStateTransitionError { errorCode message why: transitionError }
  }
}`

const cancelDocument = `mutation Cancel($input: CancelOrderInput!) {
  result: cancelOrder(input: $input) {
    __typename
    ... on Order { id state }
    ... on ErrorResult { errorCode message }
    ... on OrderStateTransitionError { why: transitionError }
  }
}`

const refundDocument = `mutation Refund($input: RefundOrderInput!) {
  result: refundOrder(input: $input) {
    __typename
    ... on Refund { id state }
    ... on ErrorResult { errorCode message }
    ... on RefundStateTransitionError { why: transitionError }
  }
}`

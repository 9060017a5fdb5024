package shopify

// The documents, by hand. TestDocuments holds each to the schemas of two versions.

const shopDocument = `query Shop {
  shop { id name myshopifyDomain primaryDomain { url } currencyCode enabledPresentmentCurrencies ianaTimezone plan { publicDisplayName } }
  currentAppInstallation { app { title } accessScopes { handle } }
  publicApiVersions { handle supported }
}`

const locationsDocument = `query Locations($after: String) {
  locations(first: 100, after: $after, sortKey: ID) { nodes { id name isActive } pageInfo { hasNextPage endCursor } }
}`

// peopleDocument finds out whether names are hidden.
const peopleDocument = `query People {
  customers(first: 1) { nodes { id firstName defaultEmailAddress { emailAddress } } }
}`

const moneyFields = `fragment Money on MoneyBag {
  shopMoney { amount currencyCode }
  presentmentMoney { amount currencyCode }
}
`

const addressFields = `fragment Address on MailingAddress {
  firstName lastName name company address1 address2 city province provinceCode zip countryCodeV2 phone
}
`

// pieces of an order that have pages of their own, shared by the order and by what asks for the rest.
const (
	lineFields = `fragment Line on LineItem {
  id name title variantTitle sku vendor quantity currentQuantity requiresShipping isGiftCard taxable
  variant { id }
  customAttributes { key value }
  originalUnitPriceSet { ...Money }
  originalTotalSet { ...Money }
  discountAllocations { allocatedAmountSet { ...Money } }
  taxLines { title ratePercentage channelLiable priceSet { ...Money } }
  duties { id price { ...Money } }
}
`
	parcelFields = `fragment Parcel on Fulfillment {
  id status createdAt location { id } trackingInfo { company number url }
  fulfillmentLineItems(first: 20) { nodes { ...ParcelLine } pageInfo { hasNextPage endCursor } }
}
`
	parcelLineFields = `fragment ParcelLine on FulfillmentLineItem { id quantity lineItem { id } }
`
	refundFields = `fragment RefundFields on Refund {
  id createdAt note totalRefundedSet { ...Money }
  refundLineItems(first: 20) { nodes { ...RefundLine } pageInfo { hasNextPage endCursor } }
}
`
	refundLineFields = `fragment RefundLine on RefundLineItem {
  id quantity restockType restocked location { id } lineItem { id }
  subtotalSet { ...Money }
  totalTaxSet { ...Money }
}
`
	paymentFields = `fragment Payment on OrderTransaction {
  id kind status gateway processedAt amountSet { ...Money } parentTransaction { id }
}
`
	taskFields = `fragment Task on FulfillmentOrder {
  id status requestStatus fulfillAt fulfillBy assignedLocation { name location { id } }
  lineItems(first: 20) { nodes { ...TaskLine } pageInfo { hasNextPage endCursor } }
}
`
	taskLineFields = `fragment TaskLine on FulfillmentOrderLineItem { id totalQuantity remainingQuantity lineItem { id } }
`
)

// orderHead is what of an order is no list of its own.
const orderHead = `fragment OrderHead on Order {
  id name createdAt processedAt updatedAt cancelledAt cancelReason closedAt edited test
  currencyCode presentmentCurrencyCode taxesIncluded displayFinancialStatus displayFulfillmentStatus returnStatus
  email phone note tags sourceName poNumber discountCodes paymentGatewayNames
  customAttributes { key value }
  subtotalPriceSet { ...Money }
  totalPriceSet { ...Money }
  currentTotalPriceSet { ...Money }
  totalTaxSet { ...Money }
  totalDiscountsSet { ...Money }
  totalOutstandingSet { ...Money }
  totalRefundedSet { ...Money }
  totalTipReceivedSet { ...Money }
  currentTotalDutiesSet { ...Money }
  currentTotalAdditionalFeesSet { ...Money }
  customer { id displayName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } }
  shippingAddress { ...Address }
  billingAddress { ...Address }
  risk { recommendation assessments { riskLevel } }
}
`

// carriageFields are of a line of shipping.
const carriageFields = `fragment Carriage on ShippingLine {
  id title code source
  originalPriceSet { ...Money }
  discountedPriceSet { ...Money }
  taxLines { title ratePercentage priceSet { ...Money } }
}
`

const orderFields = `fragment OrderFields on Order {
  ...OrderHead
  shippingLines(first: 10) { nodes { ...Carriage } }
  lineItems(first: 20) { nodes { ...Line } pageInfo { hasNextPage endCursor } }
  transactions(first: 10) { ...Payment }
  fulfillments(first: 5) { ...Parcel }
  fulfillmentOrders(first: 5) { nodes { ...Task } pageInfo { hasNextPage endCursor } }
  refunds(first: 5) { ...RefundFields }
}
` + orderHead + carriageFields + moneyFields + addressFields + lineFields + parcelFields + parcelLineFields + refundFields + refundLineFields + paymentFields + taskFields + taskLineFields

const ordersDocument = `query Orders($query: String, $first: Int!) {
  page: orders(first: $first, query: $query, sortKey: ID) { nodes { ...OrderFields } pageInfo { hasNextPage } }
}
` + orderFields

const ordersByIDDocument = `query OrdersByID($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Order { ...OrderFields } }
}
` + orderFields

// What a bulk operation is asked for (bulk.go), and what is nested too deep for it.
const (
	runBulkDocument = `mutation RunBulk($query: String!) {
  result: bulkOperationRunQuery(query: $query, groupObjects: true) {
    bulkOperation { id }
    userErrors { field message code }
  }
}`

	bulkDocument = `query BulkNow($id: ID!) { node(id: $id) { ... on BulkOperation { status url } } }`

	bulkOrdersDocument = `query AllOrders {
  orders(query: %s, sortKey: ID) {
    edges {
      node {
        __typename
        ...OrderHead
        transactions(first: 10) { ...Payment }
        fulfillments(first: 1) { id }
        refunds(first: 1) { id }
        shippingLines { edges { node { __typename ...Carriage } } }
        lineItems { edges { node { __typename ...Line } } }
        fulfillmentOrders {
          edges {
            node {
              __typename id status requestStatus fulfillAt fulfillBy assignedLocation { name location { id } }
              lineItems { edges { node { __typename ...TaskLine } } }
            }
          }
        }
      }
    }
  }
}
` + orderHead + carriageFields + moneyFields + addressFields + lineFields + paymentFields + taskLineFields

	nestedDocument = `query Nested($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Order { id fulfillments(first: 5) { ...Parcel } refunds(first: 5) { ...RefundFields } } }
}
` + moneyFields + parcelFields + parcelLineFields + refundFields + refundLineFields
)

// What asks for the rest of an order, one page after the other (complete.go).
const (
	moreLinesDocument = `query MoreLines($id: ID!, $after: String) {
  order(id: $id) { more: lineItems(first: 50, after: $after) { nodes { ...Line } pageInfo { hasNextPage endCursor } } }
}
` + moneyFields + lineFields

	moreTasksDocument = `query MoreTasks($id: ID!, $after: String) {
  order(id: $id) { more: fulfillmentOrders(first: 10, after: $after) { nodes { ...Task } pageInfo { hasNextPage endCursor } } }
}
` + taskFields + taskLineFields

	moreParcelLinesDocument = `query MoreParcelLines($id: ID!, $after: String) {
  node(id: $id) {
    ... on Fulfillment { more: fulfillmentLineItems(first: 100, after: $after) { nodes { ...ParcelLine } pageInfo { hasNextPage endCursor } } }
  }
}
` + parcelLineFields

	moreTaskLinesDocument = `query MoreTaskLines($id: ID!, $after: String) {
  node(id: $id) {
    ... on FulfillmentOrder { more: lineItems(first: 100, after: $after) { nodes { ...TaskLine } pageInfo { hasNextPage endCursor } } }
  }
}
` + taskLineFields

	moreRefundLinesDocument = `query MoreRefundLines($id: ID!, $after: String) {
  node(id: $id) {
    ... on Refund { more: refundLineItems(first: 50, after: $after) { nodes { ...RefundLine } pageInfo { hasNextPage endCursor } } }
  }
}
` + moneyFields + refundLineFields

	allParcelsDocument = `query AllParcels($id: ID!) { order(id: $id) { all: fulfillments(first: 100) { ...Parcel } } }
` + parcelFields + parcelLineFields

	allRefundsDocument = `query AllRefunds($id: ID!) { order(id: $id) { all: refunds(first: 50) { ...RefundFields } } }
` + moneyFields + refundFields + refundLineFields

	allPaymentsDocument = `query AllPayments($id: ID!) { order(id: $id) { all: transactions(first: 100) { ...Payment } } }
` + moneyFields + paymentFields
)

const variantFields = `fragment VariantFields on ProductVariant {
  id title displayName sku barcode price compareAtPrice createdAt updatedAt
  selectedOptions { name value }
  media(first: 1) { nodes { preview { image { url } } } }
  inventoryItem { id tracked measurement { weight { value unit } } }
  product { id title handle status vendor productType tags onlineStoreUrl featuredMedia { preview { image { url } } } }
}
`

const productsDocument = `query Products($query: String, $first: Int!) {
  page: productVariants(first: $first, query: $query, sortKey: ID) { nodes { ...VariantFields } pageInfo { hasNextPage } }
}
` + variantFields

const productsByIDDocument = `query ProductsByID($ids: [ID!]!) {
  nodes(ids: $ids) { ... on ProductVariant { ...VariantFields } }
}
` + variantFields

// stockFields hold what of a stocked thing lies where. Five shops in a thousand have more than fifty locations; moreLevelsDocument asks for those.
const stockFields = `fragment StockFields on InventoryItem {
  id sku tracked updatedAt
  variants(first: 5) { nodes { id } }
  inventoryLevels(first: 10) { nodes { ...LevelFields } pageInfo { hasNextPage endCursor } }
}
` + levelFields

const levelFields = `fragment LevelFields on InventoryLevel {
  updatedAt location { id } quantities(names: ["available", "on_hand", "committed", "incoming"]) { name quantity }
}
`

const stockDocument = `query Stock($query: String, $first: Int!) {
  page: inventoryItems(first: $first, query: $query) { nodes { ...StockFields } pageInfo { hasNextPage } }
}
` + stockFields

// stockChangesDocument lists what changed at one location. Its levels have no ids to walk by, so the vendor's cursor leads on.
const stockChangesDocument = `query StockChanges($location: ID!, $query: String, $first: Int!, $after: String) {
  location(id: $location) {
    page: inventoryLevels(first: $first, query: $query, after: $after) { nodes { item { ...StockFields } } pageInfo { hasNextPage endCursor } }
  }
}
` + stockFields

const stockByIDDocument = `query StockByID($ids: [ID!]!) {
  nodes(ids: $ids) { ... on ProductVariant { id inventoryItem { ...StockFields } } }
}
` + stockFields

const moreLevelsDocument = `query MoreLevels($id: ID!, $after: String) {
  inventoryItem(id: $id) { more: inventoryLevels(first: 50, after: $after) { nodes { ...LevelFields } pageInfo { hasNextPage endCursor } } }
}
` + levelFields

const customerFields = `fragment CustomerFields on Customer {
  id createdAt updatedAt firstName lastName displayName note tags
  defaultEmailAddress { emailAddress }
  defaultPhoneNumber { phoneNumber }
  defaultAddress { ...Address }
}
` + addressFields

const customersDocument = `query Customers($query: String, $first: Int!) {
  page: customers(first: $first, query: $query, sortKey: ID) { nodes { ...CustomerFields } pageInfo { hasNextPage } }
}
` + customerFields

const customersByIDDocument = `query CustomersByID($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Customer { ...CustomerFields } }
}
` + customerFields

// listingsDocument reads listings live: what they cost, and what is available where.
const listingsDocument = `query Listings($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ProductVariant {
      id price
      product { id }
      inventoryItem { id tracked inventoryLevels(first: 50) { nodes { location { id } quantities(names: ["available"]) { name quantity } } } }
    }
  }
}`

const setStockDocument = `mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
  result: inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { field message code }
  }
}`

const stockAtDocument = `mutation StockAt($item: ID!, $location: ID!, $available: Int!, $key: String!) {
  result: inventoryActivate(inventoryItemId: $item, locationId: $location, available: $available) @idempotent(key: $key) {
    inventoryLevel { id }
    userErrors { field message }
  }
}`

const setPriceDocument = `mutation SetPrice($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  result: productVariantsBulkUpdate(productId: $product, variants: $variants, allowPartialUpdates: true) {
    productVariants { id price }
    userErrors { field message code }
  }
}`

// orderDocument reads an order live, as writes need it; what hangs on it is completed as in a pull.
const orderDocument = `query OrderNow($id: ID!) {
  order(id: $id) {
    id cancelledAt
    fulfillments(first: 5) { ...Parcel }
    fulfillmentOrders(first: 5) { nodes { ...Task } pageInfo { hasNextPage endCursor } }
  }
}
` + parcelFields + parcelLineFields + taskFields + taskLineFields

// moneyDocument reads of an order what was paid, given back and sent.
const moneyDocument = `query MoneyNow($id: ID!) {
  order(id: $id) {
    id currencyCode presentmentCurrencyCode
    transactions(first: 10) { ...Payment }
    refunds(first: 5) { ...RefundFields }
    fulfillments(first: 5) { ...Parcel }
    fulfillmentOrders(first: 5) { nodes { ...Task } pageInfo { hasNextPage endCursor } }
  }
}
` + moneyFields + paymentFields + refundFields + refundLineFields + parcelFields + parcelLineFields + taskFields + taskLineFields

const fulfillDocument = `mutation Fulfill($fulfillment: FulfillmentInput!) {
  result: fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id status } userErrors { field message } }
}`

const trackingDocument = `mutation Track($id: ID!, $tracking: FulfillmentTrackingInput!, $notify: Boolean) {
  result: fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: $notify) {
    fulfillment { id status }
    userErrors { field message }
  }
}`

const cancelDocument = `mutation CancelOrder($id: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $note: String, $notify: Boolean) {
  result: orderCancel(orderId: $id, reason: $reason, restock: $restock, staffNote: $note, notifyCustomer: $notify) {
    job { id done }
    userErrors: orderCancelUserErrors { field message code }
  }
}`

const jobDocument = `query CancelJob($order: ID!, $job: ID!) {
  order(id: $order) { id cancelledAt }
  job(id: $job) { id done }
}`

const refundDocument = `mutation RefundOrder($input: RefundInput!, $key: String!) {
  result: refundCreate(input: $input) @idempotent(key: $key) {
    refund { id totalRefundedSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } } }
    userErrors { field message }
  }
}`

// allDocuments are what the connector may ask, for tests.
var allDocuments = []string{
	shopDocument, locationsDocument, peopleDocument, ordersDocument, ordersByIDDocument, moreLinesDocument, moreTasksDocument, moreParcelLinesDocument,
	moreTaskLinesDocument, moreRefundLinesDocument, allParcelsDocument, allRefundsDocument, allPaymentsDocument, productsDocument, productsByIDDocument,
	stockDocument, stockChangesDocument, stockByIDDocument, moreLevelsDocument, customersDocument, customersByIDDocument, listingsDocument,
	setStockDocument, stockAtDocument, setPriceDocument, orderDocument, moneyDocument, fulfillDocument, trackingDocument, cancelDocument,
	jobDocument, refundDocument, runBulkDocument, bulkDocument, nestedDocument,
}

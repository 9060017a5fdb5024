package vendure_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// peer is where build/scripts/vendure.sh installs the real server.
const peer = "../../../build/peers/vendure"

// genuine is a Vendure 3.7 server of its own on loopback, whose shop is as it was seeded. It ends with its test.
type genuine struct {
	address string // of the Admin API
	shop    string // of the Shop API, where buyers fill carts
	token   string
	key     string
	places  []string
}

func serveReal(t *testing.T) *genuine {
	t.Helper()
	seed := filepath.Join(peer, "seed.sqlite")
	if _, err := os.Stat(seed); err != nil {
		t.Skip("make peers has not installed Vendure: the simulated vendor stands in")
	}
	server := exec.Command("node", filepath.Join(peer, "server.js"), seed)
	// The pipe's end closes with this process, however that ends, and the server ends with it.
	_, err := server.StdinPipe()
	must(t, err)
	says, err := server.StdoutPipe()
	must(t, err)
	var trouble bytes.Buffer
	server.Stderr = &trouble
	must(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	lines := bufio.NewScanner(says)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "http://") {
			go func() { // its log is not kept from being written
				for lines.Scan() {
				}
			}()
			v := &genuine{address: lines.Text(), shop: strings.Replace(lines.Text(), "admin-api", "shop-api", 1)}
			v.open(t)
			return v
		}
	}
	t.Fatalf("Vendure did not start: %s", trouble.String())
	return nil
}

// open signs in and makes what the seed has not: a second place for stock and a key.
func (v *genuine) open(t *testing.T) {
	t.Helper()
	body, header := v.post(t, v.address, "", `mutation { login(username: "superadmin", password: "superadmin") { __typename } }`, nil)
	v.token = header.Get("Vendure-Auth-Token")
	if v.token == "" {
		t.Fatalf("Vendure did not sign in: %v", body)
	}
	v.do(t, `mutation { createStockLocation(input: {name: "Attic", description: ""}) { id } }`, nil)
	for _, place := range list(v.do(t, `{ stockLocations { items { id } } }`, nil), "stockLocations", "items") {
		v.places = append(v.places, text(place, "id"))
	}
	v.key = v.keyFor(t, "all", "ReadCatalog", "UpdateCatalog", "ReadOrder", "UpdateOrder", "ReadCustomer", "ReadStockLocation")
}

// keyFor makes an API key with some rights.
func (v *genuine) keyFor(t *testing.T, name string, permissions ...string) string {
	t.Helper()
	role := text(v.do(t, `mutation($input: CreateRoleInput!) { createRole(input: $input) { id } }`, map[string]any{"input": map[string]any{
		"code": name, "description": name, "permissions": permissions, "channelIds": []string{"1"},
	}}), "createRole", "id")
	return text(v.do(t, `mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey } }`,
		map[string]any{"input": map[string]any{
			"roleIds": []string{role}, "translations": []any{map[string]any{"languageCode": "en", "name": name}},
		}}), "createApiKey", "apiKey")
}

// do asks the Admin API as its superadmin and fails the test with any error.
func (v *genuine) do(t *testing.T, query string, variables map[string]any) any {
	t.Helper()
	body, _ := v.post(t, v.address, v.token, query, variables)
	if body["errors"] != nil {
		t.Fatalf("Vendure refuses %s: %v", query, body["errors"])
	}
	return body["data"]
}

func (v *genuine) post(t *testing.T, address, token, query string, variables map[string]any) (map[string]any, http.Header) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	must(t, err)
	request, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
	must(t, err)
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(request)
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	var said map[string]any
	decoder := json.NewDecoder(answer.Body)
	decoder.UseNumber()
	must(t, decoder.Decode(&said))
	return said, answer.Header
}

// pick walks into decoded JSON.
func pick(from any, path ...string) any {
	for _, name := range path {
		inside, _ := from.(map[string]any)
		from = inside[name]
	}
	return from
}

func text(from any, path ...string) string {
	if found := pick(from, path...); found != nil {
		return fmt.Sprint(found)
	}
	return ""
}

func list(from any, path ...string) []any {
	all, _ := pick(from, path...).([]any)
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (v *genuine) connection() (options, secrets map[string]string) {
	return map[string]string{"url": v.address}, map[string]string{"api_key": v.key}
}

func (v *genuine) signIn() (options, secrets map[string]string) {
	return map[string]string{"url": v.address, "auth": "session", "username": "superadmin"}, map[string]string{"password": "superadmin"}
}

func (v *genuine) narrow(t *testing.T) string { return v.keyFor(t, "narrow", "ReadOrder") }

func (v *genuine) locations() []string { return v.places }

func (v *genuine) variant(t *testing.T, sku string, price int64, stock int) string {
	t.Helper()
	product := text(v.do(t, `mutation($input: CreateProductInput!) { createProduct(input: $input) { id } }`, map[string]any{"input": map[string]any{
		"translations": []any{map[string]any{"languageCode": "en", "name": "Bowl " + sku, "slug": sku, "description": ""}},
	}}), "createProduct", "id")
	made := list(v.do(t, `mutation($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id } }`,
		map[string]any{"input": []any{map[string]any{
			"productId": product, "sku": sku, "price": price, "trackInventory": "TRUE",
			"translations": []any{map[string]any{"languageCode": "en", "name": "Bowl " + sku}},
			"stockLevels":  []any{map[string]any{"stockLocationId": v.places[0], "stockOnHand": stock}},
		}}}), "createProductVariants")
	return text(made[0], "id")
}

func (v *genuine) rename(t *testing.T, variant, name string) {
	t.Helper()
	v.do(t, `mutation($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }`,
		map[string]any{"input": []any{map[string]any{
			"id": variant, "sku": name, "translations": []any{map[string]any{"languageCode": "en", "name": name}},
		}}})
}

func (v *genuine) remove(t *testing.T, variant string) {
	t.Helper()
	v.do(t, `mutation($id: ID!) { deleteProductVariant(id: $id) { result } }`, map[string]any{"id": variant})
}

func (v *genuine) customer(t *testing.T, email string) string {
	t.Helper()
	id := text(v.do(t, `mutation($input: CreateCustomerInput!) { createCustomer(input: $input) { ... on Customer { id } } }`,
		map[string]any{"input": map[string]any{"firstName": "Grete", "lastName": "Beispiel", "emailAddress": email, "phoneNumber": "030 1234"}}),
		"createCustomer", "id")
	v.do(t, `mutation($id: ID!, $input: CreateAddressInput!) { createCustomerAddress(customerId: $id, input: $input) { id } }`,
		map[string]any{"id": id, "input": home(email)})
	return id
}

func home(email string) map[string]any {
	return map[string]any{
		"fullName": "Grete Beispiel", "streetLine1": "Gartenweg 3", "city": "Berlin", "postalCode": "10115", "countryCode": "DE",
		"company": email, "defaultShippingAddress": true,
	}
}

// draft makes an order that is not placed yet.
func (v *genuine) draft(t *testing.T, variants []string, quantity int) string {
	t.Helper()
	id := text(v.do(t, `mutation { createDraftOrder { id } }`, nil), "createDraftOrder", "id")
	for _, variant := range variants {
		v.do(t, `mutation($id: ID!, $input: AddItemToDraftOrderInput!) { addItemToDraftOrder(orderId: $id, input: $input) { __typename } }`,
			map[string]any{"id": id, "input": map[string]any{"productVariantId": variant, "quantity": quantity}})
	}
	return id
}

// order places an order of some pieces of each variant, paid by hand.
func (v *genuine) order(t *testing.T, customer string, variants []string, quantity int) string {
	t.Helper()
	id := v.draft(t, variants, quantity)
	v.do(t, `mutation($id: ID!, $customer: ID) { setCustomerForDraftOrder(orderId: $id, customerId: $customer) { __typename } }`,
		map[string]any{"id": id, "customer": customer})
	address := home("")
	delete(address, "defaultShippingAddress")
	v.do(t, `mutation($id: ID!, $input: CreateAddressInput!) { setDraftOrderShippingAddress(orderId: $id, input: $input) { id } }`,
		map[string]any{"id": id, "input": address})
	quotes := list(v.do(t, `query($id: ID!) { eligibleShippingMethodsForDraftOrder(orderId: $id) { id } }`, map[string]any{"id": id}),
		"eligibleShippingMethodsForDraftOrder")
	v.do(t, `mutation($id: ID!, $method: ID!) { setDraftOrderShippingMethod(orderId: $id, shippingMethodId: $method) { __typename } }`,
		map[string]any{"id": id, "method": text(quotes[0], "id")})
	v.do(t, `mutation($id: ID!) { transitionOrderToState(id: $id, state: "ArrangingPayment") { __typename } }`, map[string]any{"id": id})
	paid := v.do(t, `mutation($input: ManualPaymentInput!) { addManualPaymentToOrder(input: $input) { __typename ... on ErrorResult { message } } }`,
		map[string]any{"input": map[string]any{"orderId": id, "method": "standard-payment", "transactionId": "T-" + id, "metadata": map[string]any{}}})
	if text(paid, "addManualPaymentToOrder", "__typename") != "Order" {
		t.Fatalf("paying the order: %v", paid)
	}
	return id
}

// cart fills a cart as a buyer does.
func (v *genuine) cart(t *testing.T, variant string) {
	t.Helper()
	said, _ := v.post(t, v.shop, "", `mutation($id: ID!) { addItemToOrder(productVariantId: $id, quantity: 1) { __typename } }`,
		map[string]any{"id": variant})
	if text(said, "data", "addItemToOrder", "__typename") != "Order" {
		t.Fatalf("filling a cart: %v", said)
	}
}

func (v *genuine) seen(t *testing.T, id string) seen {
	t.Helper()
	data := pick(v.do(t, `query($id: ID!) { order(id: $id) {
		code state lines { id quantity }
		fulfillments { state method trackingCode lines { quantity } }
		payments { refunds { total state reason } }
		history { items { type data } }
	} }`, map[string]any{"id": id}), "order")
	order := seen{code: text(data, "code"), state: text(data, "state")}
	for _, line := range list(data, "lines") {
		order.lines = append(order.lines, text(line, "id"))
	}
	for _, f := range list(data, "fulfillments") {
		pieces := 0
		for _, line := range list(f, "lines") {
			var n int
			_, _ = fmt.Sscan(text(line, "quantity"), &n)
			pieces += n
		}
		order.parcels = append(order.parcels, fmt.Sprintf("%s %s %s %d", text(f, "state"), text(f, "method"), text(f, "trackingCode"), pieces))
	}
	for _, p := range list(data, "payments") {
		for _, r := range list(p, "refunds") {
			order.refunds = append(order.refunds, text(r, "total"))
		}
	}
	return order
}

func (v *genuine) stock(t *testing.T, variant, place string) (onHand, allocated string) {
	t.Helper()
	data := v.do(t, `query($id: ID!) { productVariant(id: $id) { stockLevels { stockLocationId stockOnHand stockAllocated } } }`,
		map[string]any{"id": variant})
	for _, level := range list(data, "productVariant", "stockLevels") {
		if text(level, "stockLocationId") == place {
			return text(level, "stockOnHand"), text(level, "stockAllocated")
		}
	}
	return "", ""
}

func (v *genuine) price(t *testing.T, variant string) string {
	t.Helper()
	data := v.do(t, `query($id: ID!) { productVariant(id: $id) { prices { price } } }`, map[string]any{"id": variant})
	return text(list(data, "productVariant", "prices")[0], "price")
}

func (v *genuine) parcel(t *testing.T, order string, pieces int, tracking string) {
	t.Helper()
	made := v.do(t, `mutation($input: FulfillOrderInput!) { addFulfillmentToOrder(input: $input) { ... on Fulfillment { id } } }`,
		map[string]any{"input": map[string]any{
			"lines": []any{map[string]any{"orderLineId": v.seen(t, order).lines[0], "quantity": pieces}},
			"handler": map[string]any{"code": "manual-fulfillment", "arguments": []any{
				map[string]any{"name": "method", "value": "DHL"}, map[string]any{"name": "trackingCode", "value": tracking},
			}},
		}})
	v.do(t, `mutation($id: ID!) { transitionFulfillmentToState(id: $id, state: "Shipped") { __typename } }`,
		map[string]any{"id": text(made, "addFulfillmentToOrder", "id")})
}

func (v *genuine) callOff(t *testing.T, order string) {
	t.Helper()
	v.do(t, `mutation($id: ID!) { cancelOrder(input: {orderId: $id, cancelShipping: true}) { __typename } }`, map[string]any{"id": order})
}

func (v *genuine) giveBack(t *testing.T, order string, amount int64) {
	t.Helper()
	paid := list(v.do(t, `query($id: ID!) { order(id: $id) { payments { id } } }`, map[string]any{"id": order}), "order", "payments")
	v.do(t, `mutation($input: RefundOrderInput!) { refundOrder(input: $input) { __typename ... on ErrorResult { message } } }`,
		map[string]any{"input": map[string]any{
			"paymentId": text(paid[0], "id"), "amount": amount, "reason": "Kindness", "lines": []any{}, "shipping": 0, "adjustment": 0,
		}})
}

// many makes customers as quickly as the server can: SQLite states times by the second, so that many share one.
func (v *genuine) many(t *testing.T) []string {
	t.Helper()
	var ids []string
	for i := range 25 {
		ids = append(ids, text(v.do(t, `mutation($input: CreateCustomerInput!) { createCustomer(input: $input) { ... on Customer { id } } }`,
			map[string]any{"input": map[string]any{"firstName": "Many", "lastName": "One", "emailAddress": fmt.Sprintf("many%d@example.com", i)}}),
			"createCustomer", "id"))
	}
	return ids
}

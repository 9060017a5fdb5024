package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// appClient is the good app as itself, without a seller: what its token for notifications says.
const appClient = goodClient + "/notifications"

// destinationsPath begins the paths that ask for such a token.
const destinationsPath = "/notifications/v1/destinations"

// routeNotifications answers where Amazon is to lay its word, and of what.
func (a *Amazon) routeNotifications(w http.ResponseWriter, r *http.Request, parts []string, body []byte) {
	switch {
	case r.Method == http.MethodGet && len(parts) == 1 && parts[0] == "destinations":
		all := []any{}
		if a.queue.destination != "" {
			all = append(all, a.destination())
		}
		say(w, http.StatusOK, map[string]any{"payload": all})
	case r.Method == http.MethodPost && len(parts) == 1 && parts[0] == "destinations":
		a.makeDestination(w, body)
	case r.Method == http.MethodGet && len(parts) == 2 && parts[0] == "subscriptions" && a.queue.subscription != "" && parts[1] == "ORDER_CHANGE":
		say(w, http.StatusOK, map[string]any{"payload": a.subscription()})
	case r.Method == http.MethodPost && len(parts) == 2 && parts[0] == "subscriptions" && parts[1] == "ORDER_CHANGE":
		a.subscribe(w, body)
	default:
		refuse(w, http.StatusNotFound, "NotFound", "The requested resource does not exist.", "")
	}
}

func (a *Amazon) destination() map[string]any {
	return map[string]any{"destinationId": a.queue.destination, "name": "Tradepost", "resource": map[string]any{"sqs": map[string]string{"arn": queueName}}}
}

func (a *Amazon) subscription() map[string]any {
	return map[string]any{"subscriptionId": a.queue.subscription, "payloadVersion": "1.0", "destinationId": a.queue.destination}
}

func (a *Amazon) makeDestination(w http.ResponseWriter, body []byte) {
	var asked struct {
		Name     string `json:"name"`
		Resource struct {
			SQS struct {
				Name string `json:"arn"`
			} `json:"sqs"`
		} `json:"resourceSpecification"`
	}
	if json.Unmarshal(body, &asked) != nil || asked.Name == "" || asked.Resource.SQS.Name != queueName {
		bad(w, "The queue cannot be sent to.")
		return
	}
	if a.queue.destination != "" {
		refuse(w, http.StatusConflict, "Conflict", "The resource already exists.", "")
		return
	}
	a.queue.destination = fmt.Sprintf("destination-%d", a.number())
	say(w, http.StatusOK, map[string]any{"payload": a.destination()})
}

func (a *Amazon) subscribe(w http.ResponseWriter, body []byte) {
	var asked struct {
		Version     string `json:"payloadVersion"`
		Destination string `json:"destinationId"`
	}
	if json.Unmarshal(body, &asked) != nil || asked.Version != "1.0" || asked.Destination == "" || asked.Destination != a.queue.destination {
		bad(w, "The destination is not known.")
		return
	}
	a.publish() // what changed before is told to nobody
	a.queue.subscription = fmt.Sprintf("subscription-%d", a.number())
	say(w, http.StatusOK, map[string]any{"payload": a.subscription()})
}

// statusWords are the statuses of orders as notifications write them.
var statusWords = map[string]string{"PENDING": "Pending", "UNSHIPPED": "Unshipped", "PARTIALLY_SHIPPED": "PartiallyShipped", "SHIPPED": "Shipped", "CANCELLED": "Canceled"}

// wordOf is Amazon's word of an order that changed.
func (a *Amazon) wordOf(o *order, id string) string {
	at := time.Unix(o.updated, 0).UTC().Format("2006-01-02T15:04:05.000Z")
	kind, shipped, left := "MFN", int64(0), int64(0)
	items := []any{}
	for _, l := range o.lines {
		gone := o.gone(l.id, true)
		shipped, left = shipped+gone, left+l.quantity-l.off-gone
		items = append(items, map[string]any{"OrderItemId": l.id, "SellerSKU": l.sku, "SupplySourceId": nil, "Quantity": l.quantity, "QuantityShipped": gone})
	}
	if o.fba {
		kind = "AFN"
	}
	text, _ := json.Marshal(map[string]any{ //nolint:errchkjson // only our own values
		"NotificationVersion": "1.0", "NotificationType": "ORDER_CHANGE", "PayloadVersion": "1.0", "EventTime": at,
		"Payload": map[string]any{"OrderChangeNotification": map[string]any{"NotificationLevel": "OrderLevel", "SellerId": Seller, "AmazonOrderId": o.id,
			"OrderChangeType": "OrderStatusChange", "OrderChangeTrigger": map[string]any{"TimeOfOrderChange": at, "ChangeReason": "Order status changed"},
			"Summary": map[string]any{"MarketplaceId": Marketplace, "OrderStatus": statusWords[o.status()],
				"PurchaseDate": time.Unix(o.created, 0).UTC().Format(time.RFC3339), "DestinationPostalCode": o.postcode, "FulfillmentType": kind, "OrderType": "StandardOrder",
				"NumberOfItemsShipped": shipped, "NumberOfItemsUnshipped": left, "OrderItems": items}}},
		"NotificationMetadata": map[string]any{"ApplicationId": "app-practice", "SubscriptionId": a.queue.subscription, "PublishTime": at, "NotificationId": id}})
	return string(text)
}

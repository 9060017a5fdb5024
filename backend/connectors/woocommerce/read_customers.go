package woocommerce

import (
	"encoding/json"

	"tradepost/backend/channel"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
)

// customerJSON is what is read of a customer with an account; guests are known by their orders alone.
type customerJSON struct {
	ID       text              `json:"id"`
	Email    text              `json:"email"`
	First    text              `json:"first_name"`
	Last     text              `json:"last_name"`
	Billing  object[placeJSON] `json:"billing"`
	Shipping object[placeJSON] `json:"shipping"`
}

func readCustomer(raw []byte) (channel.Record, []fault.Problem) {
	var in customerJSON
	if json.Unmarshal(raw, &in) != nil {
		return channel.Record{}, []fault.Problem{unreadable("$", "", "a customer")}
	}
	if in.ID.id() == 0 {
		return channel.Record{}, []fault.Problem{unreadable("$.id", string(in.ID), "the customer's id")}
	}
	known := contact(in.Shipping.Value)
	if known.Line1 == "" && known.City == "" {
		known = contact(in.Billing.Value)
	}
	billing := contact(in.Billing.Value)
	known.Email, known.Phone = in.Email.trimmed(), billing.Phone
	if known.Email == "" {
		known.Email = billing.Email
	}
	if name := joinName(in.First, in.Last); name != "" {
		known.Name = name
	}
	if known.Company == "" {
		known.Company = billing.Company
	}
	values := map[string]string{"external_id": in.ID.trimmed()}
	for _, f := range customer.Fields {
		if v := *f.Of(&known); v != "" {
			values[f.Name] = v
		}
	}
	return channel.Record{Name: in.ID.trimmed(), Customer: &channel.Customer{ExternalID: in.ID.trimmed(), Values: values}}, nil
}

package amazon

import (
	"encoding/json"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// Read makes a record of one item as it was pulled.
func (connector) Read(stream channel.Stream, raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	switch stream {
	case channel.Orders:
		return readOrder(raw, account)
	case channel.Products:
		return readListing(raw, account)
	case channel.Stock:
		return readStock(raw)
	}
	return channel.Record{}, []fault.Problem{missing("$", "a stream that Amazon has")}
}

// decode reads an item; a value that is not of its kind is the problem of the whole, under its path.
func decode(raw []byte, target any) *fault.Problem {
	err := json.Unmarshal(raw, target)
	if err == nil {
		return nil
	}
	column := ""
	if e, ok := err.(*json.UnmarshalTypeError); ok { //nolint:errorlint // Unmarshal returns it bare
		column = e.Field
	}
	return &fault.Problem{Column: column, Message: vendor + " sent a value here that is not of the kind it should be.", Expected: "what its interface describes",
		Remedy: "Look at the raw record; a newer Tradepost may read it.", Code: string(fault.Invalid)}
}

func missing(column, what string) fault.Problem {
	return fault.Problem{Column: column, Message: vendor + " did not state " + what + ".", Expected: what, Remedy: "Look at the raw record, then read it again.",
		Code: string(fault.Invalid)}
}

// unreadable is the problem of a value of the right kind that says nothing.
func unreadable(column, found, expected string) fault.Problem {
	return fault.Problem{Column: column, Found: found, Expected: expected, Message: "“" + found + "” was found where " + expected + " was expected.",
		Remedy: "Look at the order in Seller Central, and pull it again.", Code: string(fault.Invalid)}
}

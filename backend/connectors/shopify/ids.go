package shopify

import (
	"cmp"
	"strconv"
	"strings"
)

// Ids stand in files, webhooks and addresses as numbers, and in GraphQL as "gid://shopify/Order/1". We keep the number.

// gid is the id of a thing as GraphQL has it; a number that is none makes one that nothing has.
func gid(kind, id string) string {
	if _, err := strconv.ParseUint(id, 10, 63); err != nil {
		id = "0"
	}
	return "gid://shopify/" + kind + "/" + id
}

// number is the number of a GraphQL id, "" where it has none. Levels of stock carry a question behind theirs.
func number(gid string) string {
	id, _, _ := strings.Cut(gid[strings.LastIndexByte(gid, '/')+1:], "?")
	if _, err := strconv.ParseUint(id, 10, 63); err != nil {
		return ""
	}
	return id
}

// compareIDs orders "9" before "10".
func compareIDs(a, b string) int { return cmp.Or(len(a)-len(b), cmp.Compare(a, b)) }

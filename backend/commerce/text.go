package commerce

import "strings"

// NumberKey folds an order number or SKU for looking it up: case, blanks, '#', '-', '_', '.', '/' and leading zeros
// do not matter, so that "#0-1001", "1001" and " # 1001" are one key.
func NumberKey(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch r {
		case ' ', '\t', '\u00a0', '#', '-', '_', '.', '/':
		default:
			b.WriteRune(r)
		}
	}
	folded := b.String()
	if trimmed := strings.TrimLeft(folded, "0"); trimmed != "" {
		return trimmed
	}
	return folded
}

// EmailKey folds an e-mail address for looking it up: case and blanks around it do not matter.
func EmailKey(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

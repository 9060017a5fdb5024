package sim

import (
	"crypto/md5" //nolint:gosec // AWS states this sum of each body
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// The queue of the seller at AWS, and the key that may read it.
const (
	queuePath                       = "/123456789012/orders"
	queueName                       = "arn:aws:sqs:us-east-1:123456789012:orders"
	queueKeyID, queueKeySecretValue = "AKIDPRACTICE00000001", "a secret access key of the queue"
	hiddenFor                       = 30 // seconds in which nobody else gets a letter that was received
)

// letter is a message in the queue. It comes again until it is deleted by the receipt of its last coming.
type letter struct {
	id, body, receipt string
	hidden            int64 // until then
	comings           int
}

// queue is the seller's queue, and whether Amazon was asked to lay its word there.
type queue struct {
	letters      []*letter
	destination  string // Amazon's id of the queue; "" is none
	subscription string // "" is none
	comings      int
}

// Listening are the settings beside Connection by which word of changed orders is heard.
func (a *Amazon) Listening(base string) (options, secrets map[string]string) {
	return map[string]string{"queue": base + queuePath, "queue_key": queueKeyID}, map[string]string{"queue_secret": queueKeySecretValue}
}

// Lying counts the letters in the queue.
func (a *Amazon) Lying() int {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.publish()
	return len(a.queue.letters)
}

// publish lays word of each order that changed since it was told of into the queue.
func (a *Amazon) publish() {
	for _, o := range a.orders {
		if a.queue.subscription == "" {
			o.told = o.updated
		}
		if o.told == o.updated {
			continue
		}
		o.told = o.updated
		id := fmt.Sprintf("notification-%d-%s", o.updated, o.id)
		a.queue.letters = append(a.queue.letters, &letter{id: "message-" + id, body: a.wordOf(o, id)})
	}
}

// answerQueue answers a call of the queue by AWS's JSON protocol.
func (a *Amazon) answerQueue(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if words := unsigned(r, body, a.desk.Now()); words != "" {
		refuseQueue(w, http.StatusForbidden, "com.amazon.coral.service#"+words)
		return
	}
	var asked struct {
		QueueURL string `json:"QueueUrl"`
		Most     int    `json:"MaxNumberOfMessages"`
		Entries  []struct{ ID, ReceiptHandle string }
	}
	if err := json.Unmarshal(body, &asked); err != nil || !strings.HasSuffix(asked.QueueURL, queuePath) {
		refuseQueue(w, http.StatusBadRequest, "com.amazonaws.sqs#QueueDoesNotExist")
		return
	}
	switch r.Header.Get("X-Amz-Target") {
	case "AmazonSQS.GetQueueAttributes":
		say(w, http.StatusOK, map[string]any{"Attributes": map[string]string{"QueueArn": queueName}})
	case "AmazonSQS.ReceiveMessage":
		say(w, http.StatusOK, a.handOut(asked.Most))
	case "AmazonSQS.DeleteMessageBatch":
		done := []any{}
		for _, e := range asked.Entries {
			a.queue.letters = slices.DeleteFunc(a.queue.letters, func(l *letter) bool { return l.receipt == e.ReceiptHandle })
			done = append(done, map[string]string{"Id": e.ID})
		}
		say(w, http.StatusOK, map[string]any{"Successful": done, "Failed": []any{}})
	default:
		refuseQueue(w, http.StatusBadRequest, "com.amazonaws.sqs#UnsupportedOperation")
	}
}

// handOut gives letters that nobody else has, in no order that means anything. Without any, the list is left out.
func (a *Amazon) handOut(most int) map[string]any {
	a.publish()
	var all []any
	for _, l := range slices.Backward(a.queue.letters) {
		if l.hidden > a.now() || len(all) == min(max(most, 1), 10) {
			continue
		}
		a.queue.comings++
		l.hidden, l.comings, l.receipt = a.now()+hiddenFor, l.comings+1, fmt.Sprintf("receipt-%d", a.queue.comings)
		sum := md5.Sum([]byte(l.body)) //nolint:gosec // as above
		all = append(all, map[string]string{"MessageId": l.id, "ReceiptHandle": l.receipt, "MD5OfBody": hex.EncodeToString(sum[:]), "Body": l.body})
	}
	if all == nil {
		return map[string]any{}
	}
	return map[string]any{"Messages": all}
}

func refuseQueue(w http.ResponseWriter, status int, kind string) {
	say(w, status, map[string]string{"__type": kind, "message": "The request was refused."})
}

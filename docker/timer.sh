#!/usr/bin/env bash
# What happens without anybody asking: mails leave every minute, places that free up at meetings are offered every five, and
# the daily verbs run once a day, from 6 in the morning. A verb that fails says so in the log and is tried again: a mail the
# next minute, places five minutes later, the daily verbs the next hour.
set -uo pipefail
export TZ=Europe/Paris

period=${TIMER_PERIOD:-60}
from_hour=${TIMER_HOUR:-6}
done_on=""
tried_at=""
# In seconds since this began: the first time is now.
offered_at=-300

trap 'exit 0' TERM INT

while true; do
    if [ $((SECONDS - offered_at)) -ge 300 ]; then
        offered_at=$SECONDS
        flask --app app registrations promote
    fi
    flask --app app mail send
    today=$(date +%F)
    this_hour=$(date +%F-%H)
    if [ "$(date +%-H)" -ge "$from_hour" ] && [ "$done_on" != "$today" ] && [ "$tried_at" != "$this_hour" ]; then
        tried_at=$this_hour
        flask --app app timers run && done_on=$today
    fi
    # In the background, so that a request to stop is heard at once.
    sleep "$period" &
    wait $!
done

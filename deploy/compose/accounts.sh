#!/usr/bin/env bash
# accounts.sh: the roles and users of the compose file, and Kibana's password.
# Run once Elasticsearch answers; a second run changes nothing.
#
#   ES_URL       https://elasticsearch:9200
#   ES_CA        the authority that signed its certificate
#   ROLES        folder with worker.json and reader.json
#   …_PASSWORD   those of the .env file
set -euo pipefail
: "${ES_URL:?}" "${ES_CA:?}" "${ROLES:?}" "${ELASTIC_PASSWORD:?}" "${KIBANA_PASSWORD:?}"
: "${DATELINE_ES_WORKER_PASSWORD:?}" "${DATELINE_ES_READER_PASSWORD:?}"

# ask METHOD PATH BODY: fails on any answer but success, with the answer.
ask() {
	curl --silent --show-error --fail-with-body --cacert "$ES_CA" --user "elastic:$ELASTIC_PASSWORD" \
		-X "$1" "$ES_URL$2" -H 'Content-Type: application/json' --data-binary "$3"
	echo
}

for role in worker reader; do
	ask PUT "/_security/role/dateline-$role" "@$ROLES/$role.json"
done
ask PUT /_security/user/dateline-worker "{\"password\":\"$DATELINE_ES_WORKER_PASSWORD\",\"roles\":[\"dateline-worker\"]}"
ask PUT /_security/user/dateline-reader "{\"password\":\"$DATELINE_ES_READER_PASSWORD\",\"roles\":[\"dateline-reader\"]}"
ask POST /_security/user/kibana_system/_password "{\"password\":\"$KIBANA_PASSWORD\"}"

package io.rdsboot.sample.search;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

import org.springframework.stereotype.Component;

/**
 * Count of searches by the server that answered, since this instance of the service
 * started. Thread-safe.
 */
@Component
class SearchStatistics {

	private final ConcurrentMap<AnsweringServer, LongAdder> counts = new ConcurrentHashMap<>();

	void answered(AnsweringServer server) {
		this.counts.computeIfAbsent(server, (key) -> new LongAdder()).increment();
	}

	List<ServerShare> shares() {
		return this.counts.entrySet()
			.stream()
			.map((entry) -> new ServerShare(entry.getKey(), entry.getValue().sum()))
			.sorted(Comparator.comparing((ServerShare share) -> share.server().instance()))
			.toList();
	}

	/**
	 * Searches that one server answered.
	 *
	 * @param server the server, in one role and for one reason
	 * @param searches how many
	 */
	record ServerShare(AnsweringServer server, long searches) {

	}

}

package io.rdsboot.benchmarks.http;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends each request to the next instance, whoever the client is. Thread-safe.
 */
final class Balancer {

	private final List<String> urls = new CopyOnWriteArrayList<>();

	private final AtomicInteger turn = new AtomicInteger();

	Balancer(NoteInstance... instances) {
		for (NoteInstance instance : instances) {
			add(instance);
		}
	}

	void add(NoteInstance instance) {
		this.urls.add(instance.url());
	}

	void remove(NoteInstance instance) {
		this.urls.remove(instance.url());
	}

	String next() {
		Object[] present = this.urls.toArray();
		return (String) present[Math.floorMod(this.turn.getAndIncrement(), present.length)];
	}

}

package io.rdsboot.autoconfigure.vector.text;

import java.util.List;

import io.rdsboot.vector.reembedding.Reembedding;

import org.springframework.context.SmartLifecycle;

/**
 * Lets changes of embedding models begin once all else has started, and end before all
 * else stops.
 */
class ReembeddingLifecycle implements SmartLifecycle {

	private final List<Reembedding> changes;

	private volatile boolean running;

	ReembeddingLifecycle(List<Reembedding> changes) {
		this.changes = changes;
	}

	@Override
	public void start() {
		this.changes.forEach(Reembedding::start);
		this.running = true;
	}

	@Override
	public void stop() {
		this.changes.forEach(Reembedding::close);
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}

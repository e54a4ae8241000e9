package io.rdsboot.autoconfigure.vector;

import io.rdsboot.vector.index.VectorIndexManager;

import org.springframework.context.SmartLifecycle;

/**
 * Lets a {@link VectorIndexManager} begin once all else has started, and end before all
 * else stops.
 */
class VectorIndexLifecycle implements SmartLifecycle {

	private final VectorIndexManager manager;

	private volatile boolean running;

	VectorIndexLifecycle(VectorIndexManager manager) {
		this.manager = manager;
	}

	@Override
	public void start() {
		this.manager.start();
		this.running = true;
	}

	@Override
	public void stop() {
		this.manager.close();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}

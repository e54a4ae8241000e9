package io.rdsboot.vector.index;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.rdsboot.vector.index.catalog.ExistingIndex;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What a manager has seen of the indexes of one table since it was started. Times are
 * those of the server's clock, which all instances share. Not thread-safe.
 */
final class IndexHistory {

	private final Duration dropDelay;

	private final Map<String, Instant> outdatedSince = new HashMap<>();

	private final Set<IndexDefinition> ready = new HashSet<>();

	private final Set<IndexDefinition> canceled = new HashSet<>();

	private final Set<String> reported = new HashSet<>();

	private @Nullable Instant start;

	IndexHistory(Duration dropDelay) {
		this.dropDelay = dropDelay;
	}

	/**
	 * Return when the manager first looked.
	 * @param now the present time
	 */
	Instant start(Instant now) {
		if (this.start == null) {
			this.start = now;
		}
		return this.start;
	}

	void addReady(IndexDefinition definition) {
		this.ready.add(definition);
	}

	/**
	 * Whether an index was there once.
	 */
	boolean wasReady(IndexDefinition definition) {
		return this.ready.contains(definition);
	}

	void forgetReady() {
		this.ready.clear();
	}

	/**
	 * Remember that an operator does not want an index to be built now.
	 */
	void addCanceled(IndexDefinition definition) {
		this.canceled.add(definition);
	}

	boolean isCanceled(IndexDefinition definition) {
		return this.canceled.contains(definition);
	}

	void forgetCanceled() {
		this.canceled.clear();
	}

	/**
	 * Return whether an index has been outdated for so long that no version that is being
	 * replaced needs it.
	 */
	boolean isDroppable(ExistingIndex index, Instant now) {
		Instant since = this.outdatedSince.computeIfAbsent(index.name(), (name) -> now);
		return !now.isBefore(since.plus(this.dropDelay));
	}

	/**
	 * Return whether something is to be said of an index that has not been said yet.
	 */
	boolean isNews(ExistingIndex index, String topic) {
		return this.reported.add(topic + " " + index.name());
	}

	/**
	 * Let something be said again once it is the case again.
	 */
	void forgetNews(ExistingIndex index, String topic) {
		this.reported.remove(topic + " " + index.name());
	}

	Duration dropDelay() {
		return this.dropDelay;
	}

}

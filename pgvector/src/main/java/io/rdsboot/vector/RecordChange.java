package io.rdsboot.vector;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Change of the content or the metadata of rows, whose vectors stay as they are.
 * Immutable.
 */
public final class RecordChange {

	private boolean replaced;

	private Map<String, Object> put = Map.of();

	private Set<String> removed = Set.of();

	private boolean contentChanged;

	private @Nullable String content;

	private RecordChange() {
	}

	private RecordChange(RecordChange other) {
		this.replaced = other.replaced;
		this.put = other.put;
		this.removed = other.removed;
		this.contentChanged = other.contentChanged;
		this.content = other.content;
	}

	/**
	 * Return a change of nothing, to begin with.
	 * @return the change
	 */
	public static RecordChange none() {
		return new RecordChange();
	}

	/**
	 * Return this change with a metadata key that is set to a value, whether rows have it
	 * or not. Keys that no change names stay as they are.
	 * @param key the key
	 * @param value the value, which replaces the old one as a whole
	 * @return the new change
	 */
	public RecordChange put(String key, Object value) {
		Objects.requireNonNull(value, () -> "value of key '%s' must not be null: remove the key".formatted(key));
		return with((changed) -> {
			changed.put = new LinkedHashMap<>(this.put);
			changed.put.put(key, value);
			changed.removed = new LinkedHashSet<>(this.removed);
			changed.removed.remove(key);
		});
	}

	/**
	 * Return this change with a metadata key that is removed from rows that have it.
	 * @param key the key
	 * @return the new change
	 */
	public RecordChange remove(String key) {
		return with((changed) -> {
			changed.put = new LinkedHashMap<>(this.put);
			changed.put.remove(key);
			changed.removed = new LinkedHashSet<>(this.removed);
			changed.removed.add(key);
		});
	}

	/**
	 * Return this change with metadata that replaces the rows' own, all but the tenant.
	 * What the change did to single keys before is forgotten.
	 * @param metadata the metadata, without null values
	 * @return the new change
	 */
	public RecordChange metadata(Map<String, Object> metadata) {
		return with((changed) -> {
			changed.replaced = true;
			changed.put = (metadata instanceof ReadableMetadata) ? metadata : new LinkedHashMap<>(metadata);
			changed.removed = Set.of();
		});
	}

	/**
	 * Return this change with another content. The column by which words are found
	 * follows it, the vector does not.
	 * @param content the text, or {@code null} for none
	 * @return the new change
	 */
	public RecordChange content(@Nullable String content) {
		return with((changed) -> {
			changed.contentChanged = true;
			changed.content = content;
		});
	}

	/**
	 * Return whether the metadata that is put is all that rows have afterwards.
	 */
	public boolean replacesMetadata() {
		return this.replaced;
	}

	/**
	 * Return the members of the metadata that are set.
	 * @return the members of the metadata that are set
	 */
	public Map<String, Object> put() {
		return (this.put instanceof ReadableMetadata) ? this.put : Collections.unmodifiableMap(this.put);
	}

	/**
	 * Return the keys that are removed from the metadata.
	 * @return the keys that are removed from the metadata
	 */
	public Set<String> removed() {
		return Collections.unmodifiableSet(this.removed);
	}

	/**
	 * Return whether the metadata changes.
	 * @return whether the metadata changes
	 */
	public boolean changesMetadata() {
		return this.replaced || !this.put.isEmpty() || !this.removed.isEmpty();
	}

	/**
	 * Return whether the content changes.
	 * @return whether the content changes
	 */
	public boolean changesContent() {
		return this.contentChanged;
	}

	/**
	 * Return the new content, or {@code null} for none.
	 * @return the new content
	 */
	public @Nullable String content() {
		return this.content;
	}

	private RecordChange with(Consumer<RecordChange> change) {
		RecordChange changed = new RecordChange(this);
		change.accept(changed);
		return changed;
	}

	/**
	 * Return which keys are changed, without their values.
	 */
	@Override
	public String toString() {
		return "RecordChange[%s=%s, removed=%s, content=%s]".formatted(this.replaced ? "metadata" : "put",
				this.put.keySet(), this.removed, this.contentChanged);
	}

}

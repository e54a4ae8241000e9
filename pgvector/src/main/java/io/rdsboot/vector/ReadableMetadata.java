package io.rdsboot.vector;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Metadata of a row, as far as it could be read. Unmodifiable.
 */
@API(status = API.Status.INTERNAL)
public final class ReadableMetadata extends AbstractMap<String, Object> {

	private final Map<String, Object> members;

	private final List<String> problems;

	/**
	 * Create metadata.
	 * @param problems what could not be read, and is left out
	 */
	public ReadableMetadata(Map<String, Object> members, List<String> problems) {
		this.members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
		this.problems = List.copyOf(problems);
	}

	/**
	 * Return what could not be read of metadata.
	 * @return the problems, empty for metadata that was read whole or comes from the
	 * caller
	 */
	public static List<String> problems(Map<String, Object> metadata) {
		return (metadata instanceof ReadableMetadata readable) ? readable.problems : List.of();
	}

	@Override
	public Set<Entry<String, Object>> entrySet() {
		return this.members.entrySet();
	}

	@Override
	public @Nullable Object get(Object key) {
		return this.members.get(key);
	}

	@Override
	public boolean containsKey(Object key) {
		return this.members.containsKey(key);
	}

}

package example;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Cache that evicts the entry which was used least recently. Not thread-safe.
 */
public class LruCache<K, V> {

	private final int maxEntries;

	private final LinkedHashMap<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);

	public LruCache(int maxEntries) {
		this.maxEntries = maxEntries;
	}

	public V get(K key) {
		return this.entries.get(key);
	}

	/**
	 * Remembers a value, and evicts the eldest entry if the cache is full.
	 */
	public void put(K key, V value) {
		this.entries.put(key, value);
		if (this.entries.size() > this.maxEntries) {
			this.entries.remove(this.entries.keySet().iterator().next());
		}
	}

}

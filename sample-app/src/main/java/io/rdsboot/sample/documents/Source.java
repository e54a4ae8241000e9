package io.rdsboot.sample.documents;

import java.util.List;
import java.util.Map;

import io.rdsboot.sample.text.Passage;
import io.rdsboot.sample.text.SourceType;

/**
 * Text that is searched: a file or a note.
 *
 * @param name what identifies it: a path, or {@code note/} and a random id
 * @param type where it comes from
 * @param title what stands above its passages
 * @param passages its text
 * @param metadata what the one who posted it says about it
 */
public record Source(String name, SourceType type, String title, List<Passage> passages, Map<String, Object> metadata) {

	public Source {
		passages = List.copyOf(passages);
		metadata = Map.copyOf(metadata);
	}

}

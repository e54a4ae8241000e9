package io.rdsboot.sample.documents;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.rdsboot.sample.embedding.Embedding;
import io.rdsboot.sample.text.Passage;
import io.rdsboot.sample.text.SourceType;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Home of sources and their passages. A passage's id is made of its source's name and its
 * number, so that storing a source again replaces its passages. Thread-safe.
 */
@Repository
public class SourceStore {

	private final JdbcClient jdbcClient;

	private final VectorRepository<UUID> documents;

	private final Embedding embedding;

	SourceStore(JdbcClient jdbcClient, VectorRepository<UUID> documents, Embedding embedding) {
		this.jdbcClient = jdbcClient;
		this.documents = documents;
		this.embedding = embedding;
	}

	/**
	 * Stores a source in place of an earlier one of its name.
	 * @param source the source
	 */
	@Transactional
	public void save(Source source) {
		int before = this.jdbcClient.sql("select passages from source where name = :name")
			.param("name", source.name())
			.query(Integer.class)
			.optional()
			.orElse(0);
		List<float[]> embeddings = this.embedding
			.embed(source.passages().stream().map((passage) -> passage.embeddable(source.title())).toList());
		List<VectorRecord<UUID>> records = new ArrayList<>();
		for (int i = 0; i < embeddings.size(); i++) {
			Passage passage = source.passages().get(i);
			records.add(new VectorRecord<>(id(source.name(), i), embeddings.get(i), passage.text(),
					PassageMetadata.of(source, passage)));
		}
		this.documents.upsert(records);
		this.documents.delete(ids(source.name(), records.size(), before));
		this.jdbcClient.sql("""
				insert into source (name, type, title, passages) values (:name, :type, :title, :passages)
				on conflict (name) do update
				set type = excluded.type, title = excluded.title, passages = excluded.passages
				""")
			.param("name", source.name())
			.param("type", source.type().name())
			.param("title", source.title())
			.param("passages", records.size())
			.update();
	}

	/**
	 * Removes a source and its passages.
	 * @param source the source
	 */
	@Transactional
	public void remove(SourceSummary source) {
		this.documents.delete(ids(source.name(), 0, source.passages()));
		this.jdbcClient.sql("delete from source where name = :name").param("name", source.name()).update();
	}

	/**
	 * Embeds the passages of a source anew, after the embedding has learned.
	 * @param source the source
	 */
	@Transactional
	public void embedAgain(SourceSummary source) {
		List<VectorRecord<UUID>> records = records(source).toList();
		List<float[]> embeddings = this.embedding.embed(records.stream().map(PassageMetadata::embeddable).toList());
		List<VectorRecord<UUID>> changed = new ArrayList<>();
		for (int i = 0; i < records.size(); i++) {
			VectorRecord<UUID> record = records.get(i);
			changed.add(new VectorRecord<>(record.id(), embeddings.get(i), record.content(), record.metadata()));
		}
		this.documents.upsert(changed);
	}

	/**
	 * The texts that the passages of a source are embedded by.
	 * @param source the source
	 * @return a text for each passage
	 */
	@Transactional(readOnly = true)
	public List<String> embeddableTexts(SourceSummary source) {
		return records(source).map(PassageMetadata::embeddable).toList();
	}

	/**
	 * All sources.
	 * @return a summary of each, by name
	 */
	@Transactional(readOnly = true)
	public List<SourceSummary> findAll() {
		return this.jdbcClient.sql("select name, type, title, passages from source order by name")
			.query((row, number) -> new SourceSummary(row.getString("name"), SourceType.valueOf(row.getString("type")),
					row.getString("title"), row.getInt("passages")))
			.list();
	}

	/**
	 * Whether nothing was stored yet.
	 * @return whether there is no source
	 */
	@Transactional(readOnly = true)
	public boolean isEmpty() {
		return this.jdbcClient.sql("select not exists (select from source)").query(Boolean.class).single();
	}

	private Stream<VectorRecord<UUID>> records(SourceSummary source) {
		return ids(source.name(), 0, source.passages()).stream().flatMap((id) -> this.documents.findById(id).stream());
	}

	private static List<UUID> ids(String name, int from, int to) {
		return IntStream.range(from, to).mapToObj((number) -> id(name, number)).toList();
	}

	private static UUID id(String name, int number) {
		return UUID.nameUUIDFromBytes((name + '#' + number).getBytes(StandardCharsets.UTF_8));
	}

}

package io.rdsboot.autoconfigure.vector;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.autoconfigure.vector.VectorRepositoryProperties.UndeclaredKeys;
import io.rdsboot.vector.table.KeyPlace;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Reads one entry of {@code rds.vector.repositories}.
 */
final class VectorRepositoryMapper {

	private final String key;

	private final String name;

	private final VectorRepositoryProperties declared;

	private final ConfigurationProblems problems;

	/**
	 * Create a reading.
	 * @param key the property of the entry
	 * @param name name of the repository
	 * @param declared the entry
	 * @param problems takes what is wrong
	 */
	VectorRepositoryMapper(String key, String name, VectorRepositoryProperties declared,
			ConfigurationProblems problems) {
		this.key = key;
		this.name = name;
		this.declared = declared;
		this.problems = problems;
	}

	/**
	 * Read the entry.
	 * @return its table, or {@code null} if there are problems
	 */
	@Nullable VectorTable read(@Nullable String extensionSchema) {
		ConfigurationProblems own = new ConfigurationProblems();
		VectorColumn embedding = new VectorColumnMapper(this.key, this.declared, own)
			.read(this.declared.getColumns().getEmbedding());
		List<VectorColumn> further = new ArrayList<>();
		this.declared.getVectors().forEach((column, vector) -> {
			VectorColumn read = new VectorColumnMapper(this.key + ".vectors." + column, vector, own).read(column);
			if (read != null) {
				further.add(read);
			}
		});
		List<MetadataColumn> keys = keys(own);
		TextSearch textSearch = textSearch(own);
		this.problems.addAll(own);
		if (embedding == null || !own.isEmpty()) {
			return null;
		}
		try {
			VectorTable.Builder table = VectorTable.builder(tableName())
				.schema(this.declared.getSchemaName())
				.extensionSchema(extensionSchema)
				.idType(this.declared.getIdType())
				.idColumn(this.declared.getColumns().getId())
				.embedding(embedding)
				.contentColumn(optional(this.declared.getColumns().getContent()))
				.metadataColumn(optional(this.declared.getColumns().getMetadata()))
				.metadataType(this.declared.getMetadataType())
				.textSearch(textSearch)
				.tenant(this.declared.getTenant());
			further.forEach(table::vector);
			keys.forEach(table::key);
			if (this.declared.isGeneratedIds()) {
				table.generatedIds();
			}
			if (this.declared.getUndeclaredKeys() == UndeclaredKeys.REFUSE) {
				table.refuseUndeclaredKeys();
			}
			if (this.declared.isLangchain4j()) {
				// For rows of LangChain4j's own store.
				table.numericText();
			}
			return table.build();
		}
		catch (IllegalArgumentException ex) {
			this.problems.add(this.key, null, String.valueOf(ex.getMessage()),
					"Correct the declaration of the table and its columns.");
			return null;
		}
	}

	private String tableName() {
		String table = this.declared.getTable();
		return (table != null) ? table : this.name.replace('-', '_');
	}

	private static @Nullable String optional(String column) {
		return column.isEmpty() ? null : column;
	}

	private List<MetadataColumn> keys(ConfigurationProblems problems) {
		List<MetadataColumn> keys = new ArrayList<>();
		this.declared.getKeys().forEach((name, key) -> {
			KeyType type = key.getType();
			if (type == null) {
				problems.add("%s.keys.%s.type".formatted(this.key, name), null, "is missing",
						"Set it to the type of the values, such as text or integer.");
				return;
			}
			try {
				keys.add(new MetadataColumn(name, column(name, key.getColumn()), type, key.isIndexed())
					.formerly(formerly(name, key.getFormerly(), problems)));
			}
			catch (IllegalArgumentException ex) {
				problems.add("%s.keys.%s".formatted(this.key, name), null, String.valueOf(ex.getMessage()),
						"Correct the declaration of the key and its column.");
			}
		});
		return keys;
	}

	private @Nullable KeyPlace formerly(String name, MetadataKeyProperties.@Nullable Former former,
			ConfigurationProblems problems) {
		if (former == null) {
			return null;
		}
		KeyType type = former.getType();
		if (type == null) {
			problems.add("%s.keys.%s.formerly.type".formatted(this.key, name), null, "is missing",
					"Set it to the type that the key was declared with, or to json if it was not declared.");
			return null;
		}
		return new KeyPlace(type, column(name, former.getColumn()));
	}

	private static String column(String name, @Nullable String column) {
		return (column != null) ? column : name.replace('-', '_');
	}

	private @Nullable TextSearch textSearch(ConfigurationProblems problems) {
		VectorRepositoryProperties.TextSearch textSearch = this.declared.getTextSearch();
		if (textSearch == null) {
			return null;
		}
		String configuration = textSearch.getConfiguration();
		if (configuration == null) {
			problems.add(this.key + ".text-search.configuration", null, "is missing",
					"Set it to the language of the content, such as english, or to simple.");
			return null;
		}
		return new TextSearch(configuration, textSearch.getColumn(), textSearch.isIndexRepeatedWords());
	}

}

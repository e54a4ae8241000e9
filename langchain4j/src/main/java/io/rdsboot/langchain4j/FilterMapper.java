package io.rdsboot.langchain4j;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.ContainsString;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThan;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsIn;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThan;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotIn;
import dev.langchain4j.store.embedding.filter.logical.And;
import dev.langchain4j.store.embedding.filter.logical.Not;
import dev.langchain4j.store.embedding.filter.logical.Or;
import io.rdsboot.vector.filter.MetadataFilter;

/**
 * Makes filters of a repository of LangChain4j's. Thread-safe.
 *
 * <p>
 * LangChain4j's "not equal" and "not in" hold for rows without the key, as its in-memory
 * {@code Filter.test} defines; so they are negations here.
 */
final class FilterMapper {

	/**
	 * As deep as filters of a repository are nested. LangChain4j joins conditions two by
	 * two, which does not count: here, a filter joins any number of them.
	 */
	private static final int MAX_DEPTH = 100;

	private final MetadataMapper metadata;

	FilterMapper(MetadataMapper metadata) {
		this.metadata = metadata;
	}

	/**
	 * Return the filter that holds for the same rows.
	 * @throws UnsupportedOperationException if LangChain4j does not have this kind of
	 * filter
	 * @throws IllegalArgumentException if it is too large, or compares with what no row
	 * can have
	 */
	MetadataFilter map(Filter filter) {
		return map(filter, 1);
	}

	private MetadataFilter map(Filter filter, int depth) {
		if (depth > MAX_DEPTH) {
			throw new IllegalArgumentException("filter must be nested at most %d deep".formatted(MAX_DEPTH));
		}
		if (filter instanceof And) {
			return MetadataFilter.and(operands(filter, And.class, depth));
		}
		if (filter instanceof Or) {
			return MetadataFilter.or(operands(filter, Or.class, depth));
		}
		if (filter instanceof Not not) {
			return MetadataFilter.not(map(not.expression(), depth + 1));
		}
		if (filter instanceof IsEqualTo equal) {
			return equal(equal.key(), equal.comparisonValue());
		}
		if (filter instanceof IsNotEqualTo unequal) {
			return MetadataFilter.not(equal(unequal.key(), unequal.comparisonValue()));
		}
		if (filter instanceof IsIn in) {
			return in(in.key(), in.comparisonValues());
		}
		if (filter instanceof IsNotIn notIn) {
			return MetadataFilter.not(in(notIn.key(), notIn.comparisonValues()));
		}
		if (filter instanceof ContainsString contains) {
			return MetadataFilter.like(contains.key(),
					"%" + contains.comparisonValue().replaceAll("[\\\\%_]", "\\\\$0") + "%");
		}
		return mapOrder(filter);
	}

	/**
	 * Return all that one operator joins, from left to right.
	 */
	private List<MetadataFilter> operands(Filter filter, Class<?> operator, int depth) {
		List<MetadataFilter> operands = new ArrayList<>();
		Deque<Filter> rest = new ArrayDeque<>(List.of(filter));
		while (!rest.isEmpty()) {
			Filter next = rest.pop();
			if (!operator.isInstance(next)) {
				operands.add(map(next, depth + 1));
			}
			else if (next instanceof And and) {
				rest.push(and.right());
				rest.push(and.left());
			}
			else if (next instanceof Or or) {
				rest.push(or.right());
				rest.push(or.left());
			}
		}
		return operands;
	}

	private MetadataFilter mapOrder(Filter filter) {
		if (filter instanceof IsGreaterThan greater) {
			return MetadataFilter.gt(greater.key(), value(greater.key(), greater.comparisonValue()));
		}
		if (filter instanceof IsGreaterThanOrEqualTo notLess) {
			return MetadataFilter.gte(notLess.key(), value(notLess.key(), notLess.comparisonValue()));
		}
		if (filter instanceof IsLessThan less) {
			return MetadataFilter.lt(less.key(), value(less.key(), less.comparisonValue()));
		}
		if (filter instanceof IsLessThanOrEqualTo notGreater) {
			return MetadataFilter.lte(notGreater.key(), value(notGreater.key(), notGreater.comparisonValue()));
		}
		throw new UnsupportedOperationException(
				"filter %s is of type %s, which has no form in SQL: make it of LangChain4j's own filters, such as metadataKey(\"key\").isEqualTo(value)"
					.formatted(filter, filter.getClass().getName()));
	}

	private MetadataFilter equal(String key, Object value) {
		return MetadataFilter.eq(key, value(key, value));
	}

	private MetadataFilter in(String key, Collection<?> values) {
		List<Object> mapped = new ArrayList<>();
		values.forEach((value) -> mapped.add(value(key, value)));
		return MetadataFilter.in(key, mapped);
	}

	private Object value(String key, Object value) {
		return this.metadata.toStored(key, value);
	}

}

import de.unihd.dbs.heideltime.standalone.Config;
import de.unihd.dbs.heideltime.standalone.DocumentType;
import de.unihd.dbs.heideltime.standalone.components.PartOfSpeechTagger;
import de.unihd.dbs.heideltime.standalone.components.impl.JCasFactoryImpl;
import de.unihd.dbs.heideltime.standalone.components.impl.StanfordPOSTaggerWrapper;
import de.unihd.dbs.heideltime.standalone.components.impl.UimaContextImpl;
import de.unihd.dbs.uima.annotator.heideltime.HeidelTime;
import de.unihd.dbs.uima.annotator.heideltime.resources.Language;
import de.unihd.dbs.uima.types.heideltime.Dct;
import de.unihd.dbs.uima.types.heideltime.Timex3;
import java.io.PrintStream;
import java.net.URL;
import java.util.Properties;
import org.apache.uima.UIMAFramework;
import org.apache.uima.jcas.JCas;
import org.apache.uima.resource.metadata.TypeSystemDescription;
import org.apache.uima.util.XMLInputSource;

/**
 * HeidelTime as a peer: HeidelTimePeer ARTICLES VERSION. English news, all four
 * types of expression, no temponyms, as its own configuration has it. Its parts are called one by
 * one: HeidelTimeStandalone.process would load the tagger's model anew for every text.
 */
public final class HeidelTimePeer {
    private static final String TYPES = "desc/type/HeidelTime_TypeSystem.xml";
    private static final String MODEL =
        "edu/stanford/nlp/models/pos-tagger/english-left3words/english-left3words-distsim.tagger";

    public static void main(String[] args) throws Exception {
        PrintStream out = Peer.answers();
        configure();
        PartOfSpeechTagger tagger = tagger();
        HeidelTime heidelTime = new HeidelTime();
        heidelTime.initialize(new UimaContextImpl(Language.ENGLISH, DocumentType.NEWS, false));
        JCas cas = cas();
        Peer.serve(out, args[1], args[0], (day, text) -> {
            cas.reset();
            cas.setDocumentText(text);
            Dct dct = new Dct(cas);
            dct.setValue(day.replace('-', '.') + "T00:00");
            dct.addToIndexes();
            tagger.process(cas);
            heidelTime.process(cas);
            return cas.getAnnotationIndex(Timex3.type).size();
        });
    }

    /** What the file config.props of its distribution says, which the jar has not. */
    private static void configure() {
        Properties p = new Properties();
        for (String type : new String[] {"Date", "Duration", "Set", "Time", "Temponym"}) {
            p.setProperty("consider" + type, String.valueOf(!type.equals("Temponym")));
            p.setProperty("uimaVar" + type, type);
        }
        p.setProperty("uimaVarLanguage", "Language");
        p.setProperty("uimaVarTypeToProcess", "Type");
        p.setProperty("typeSystemHome", TYPES);
        Config.setProps(p);
    }

    private static PartOfSpeechTagger tagger() {
        Properties p = new Properties();
        p.put(PartOfSpeechTagger.STANFORDPOSTAGGER_MODEL_PATH, MODEL);
        p.put(PartOfSpeechTagger.STANFORDPOSTAGGER_CONFIG_PATH, "");
        p.put(PartOfSpeechTagger.STANFORDPOSTAGGER_ANNOTATE_TOKENS, true);
        p.put(PartOfSpeechTagger.STANFORDPOSTAGGER_ANNOTATE_SENTENCES, true);
        p.put(PartOfSpeechTagger.STANFORDPOSTAGGER_ANNOTATE_POS, true);
        PartOfSpeechTagger tagger = new StanfordPOSTaggerWrapper();
        tagger.initialize(p);
        return tagger;
    }

    private static JCas cas() throws Exception {
        URL types = HeidelTimePeer.class.getClassLoader().getResource(TYPES);
        TypeSystemDescription d = UIMAFramework.getXMLParser().parseTypeSystemDescription(new XMLInputSource(types));
        return new JCasFactoryImpl(new TypeSystemDescription[] {d}).createJCas();
    }

    private HeidelTimePeer() {}
}

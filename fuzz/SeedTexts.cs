using Causeway.Dialects.Canonical;

namespace Causeway.Fuzz;

/// <summary>Requests and answers with as much in them as the dialects have, for those without golden tests.</summary>
internal static class SeedTexts
{
    public static readonly (DialectId Dialect, string Body)[] Requests =
    [
        (DialectId.OpenAIResponses, """
            {"model":"m","instructions":"Be kind.","max_output_tokens":100,"temperature":0.5,"stream":true,"store":false,"metadata":{"a":"b"},"include":["reasoning.encrypted_content"],
            "reasoning":{"effort":"high","summary":"auto"},"text":{"format":{"type":"json_schema","name":"n","strict":true,"schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}},"verbosity":"low"},
            "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object","properties":{"x":{"type":"integer"}}},"strict":false},{"type":"custom","name":"c","format":{"type":"grammar","syntax":"lark","definition":"start: A"}},
            {"type":"namespace","name":"ns","description":"e","tools":[{"type":"function","name":"g","parameters":{"type":"object"}}]},{"type":"web_search"}],"tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":true,
            "input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Look \ud83d\ude00"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo="},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}]},
            {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm"}],"encrypted_content":"cw1.a.c2ln"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\":1}"},{"type":"custom_tool_call","call_id":"c2","name":"c","input":"A"},
            {"type":"function_call","call_id":"c3","namespace":"ns","name":"g","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"1"},{"type":"custom_tool_call_output","call_id":"c2","output":[{"type":"input_text","text":"B"}]},
            {"type":"function_call_output","call_id":"c3","output":"2"},{"type":"compaction","id":"cmp_1","encrypted_content":"cw1.VGhleSBsaWtlIGJsdWUu"},{"type":"web_search_call","id":"ws","status":"completed","action":{"type":"search","query":"q"}},
            {"role":"developer","content":"Now"},{"role":"assistant","content":[{"type":"output_text","text":"Yes","annotations":[{"type":"url_citation","url":"http://a","title":"t","start_index":0,"end_index":1}]},{"type":"refusal","refusal":"No"}]},{"role":"user","content":"Go on"}]}
            """),
        (DialectId.Gemini, """
            {"systemInstruction":{"parts":[{"text":"Be kind."}]},"contents":[{"role":"user","parts":[{"text":"Look"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}},{"fileData":{"mimeType":"video/mp4","fileUri":"https://a/b"}}]},
            {"role":"model","parts":[{"text":"Hm","thought":true},{"functionCall":{"id":"1","name":"f","args":{"x":1}},"thoughtSignature":"c2ln"},{"executableCode":{"language":"PYTHON","code":"1"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1"}}]},
            {"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"result":[1,null,"x"]}}}]},{"role":"model","parts":[{"text":"Yes","thoughtSignature":"Y3cxLmEuYzJsbg=="}]},{"role":"user","parts":[{"text":"Go on"}]}],
            "tools":[{"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT","properties":{"x":{"type":"INTEGER","nullable":true},"y":{"type":"STRING","enum":["a"],"format":"enum"}},"required":["x"]}}]},{"googleSearch":{}}],
            "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},"safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}],
            "generationConfig":{"maxOutputTokens":100,"temperature":1,"topP":0.9,"topK":40,"seed":1,"stopSequences":["a"],"responseMimeType":"application/json","responseSchema":{"type":"ARRAY","items":{"type":"STRING"}},"thinkingConfig":{"thinkingBudget":1024,"includeThoughts":true}}}
            """),
        (DialectId.BedrockConverse, """
            {"system":[{"text":"Be kind."},{"cachePoint":{"type":"default"}}],"messages":[{"role":"user","content":[{"text":"Look"},{"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}},{"document":{"format":"pdf","name":"a","source":{"bytes":"JVBERi0="}}}]},
            {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"Hm","signature":"c2ln"}}},{"reasoningContent":{"redactedContent":"YQ=="}},{"toolUse":{"toolUseId":"t1","name":"f","input":{"x":1}}}]},
            {"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"json":{"a":1}},{"text":"b"}],"status":"error"}}]}],"inferenceConfig":{"maxTokens":100,"temperature":0.5,"topP":0.9,"stopSequences":["a"]},
            "toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{"type":"object","properties":{"x":{"type":"integer"}}}}}}],"toolChoice":{"tool":{"name":"f"}}},"additionalModelRequestFields":{"top_k":5,"thinking":{"type":"enabled","budget_tokens":1024}}}
            """),
        (DialectId.CohereChat, """
            {"model":"m","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]},
            {"role":"assistant","tool_plan":"Hm","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},{"role":"tool","tool_call_id":"c1","content":[{"type":"document","document":{"data":"{\"a\":1}","id":"d"}}]},
            {"role":"assistant","content":[{"type":"thinking","thinking":"Hm"},{"type":"text","text":"Yes"}],"citations":[{"start":0,"end":1,"text":"Y","sources":[{"type":"tool","id":"x"}]}]},{"role":"user","content":"Go on"}],
            "documents":["a",{"id":"b","data":{"text":"c"}}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"tool_choice":"REQUIRED","max_tokens":100,"p":0.9,"k":5,"stop_sequences":["a"],"response_format":{"type":"json_object"},"thinking":{"type":"enabled","token_budget":100},"safety_mode":"NONE"}
            """),
        (DialectId.OpenAICompletions, """{"model":"m","prompt":["Once upon"],"max_tokens":10,"temperature":1,"stop":["a","b"],"stream":true,"stream_options":{"include_usage":true},"user":"u"}"""),
    ];

    public static readonly (DialectId Dialect, string Body)[] Answers =
    [
        (DialectId.OpenAIResponses, """
            {"id":"resp_1","object":"response","created_at":1,"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"error":null,"model":"m","output":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm"}],"encrypted_content":"c2ln"},
            {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hé","annotations":[{"type":"url_citation","url":"http://a","title":"t","start_index":0,"end_index":1}],"logprobs":[]},{"type":"refusal","refusal":"No"}]},
            {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{\"x\":1}","status":"completed"},{"type":"custom_tool_call","id":"ctc_1","call_id":"c2","name":"c","input":"A"},{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search"}},
            {"type":"image_generation_call","id":"ig_1","result":"iVBORw0KGgo=","status":"completed"}],"usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":1},"output_tokens":3,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":8}}
            """),
        (DialectId.Gemini, """
            {"candidates":[{"content":{"role":"model","parts":[{"text":"Hm","thought":true},{"text":"Hé"},{"functionCall":{"name":"f","args":{"x":[1,2]}},"thoughtSignature":"c2ln"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]},"finishReason":"STOP","groundingMetadata":{"groundingChunks":[{"web":{"uri":"http://a","title":"t"}}]}}],
            "usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":3,"thoughtsTokenCount":2,"totalTokenCount":10,"cachedContentTokenCount":1},"modelVersion":"m","responseId":"r"}
            """),
        (DialectId.BedrockConverse, """
            {"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"Hm","signature":"c2ln"}}},{"text":"Hé"},{"citationsContent":{"content":[{"text":"a"}],"citations":[]}},{"toolUse":{"toolUseId":"t1","name":"f","input":{"x":1}}}]}},"stopReason":"tool_use","usage":{"inputTokens":5,"outputTokens":3,"totalTokens":8,"cacheReadInputTokens":1},"metrics":{"latencyMs":1}}
            """),
        (DialectId.CohereChat, """
            {"id":"i","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_plan":"Hm","content":[{"type":"thinking","thinking":"Hm"},{"type":"text","text":"Hé"}],"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}],"citations":[{"start":0,"end":1,"text":"H","sources":[{"type":"document","id":"d","document":{"title":"t","url":"http://a"}}]}]},"usage":{"billed_units":{"input_tokens":5,"output_tokens":3},"tokens":{"input_tokens":6,"output_tokens":3}}}
            """),
    ];
}
